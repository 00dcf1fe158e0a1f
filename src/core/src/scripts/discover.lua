-- Puts what a listing found into the frontier, unless this export has seen it or the store holds that version.
-- KEYS lease, records, frontier, listed, expiry, then the keys of each that is found, as many of each, where those live on.
-- ARGV header, 5 number of the export, 6 now, 7 what expires before lives on, in ms, or '',
--   8 'built' where it does by being built again, then of each: member, version, JSON, the member that it lies in,
--   and the one that that lies in; '' what is not told; and last the time to live, as in expiry.lua.
-- Answers {'ok', cost, added, unchanged, current, added by kind, what is ordered}: current are those whose listed version the store holds,
-- and those that are put off: a search need not go on for them.
local verdict = refused()
if verdict then return {verdict, cost} end
accept()
local members, versions, texts, currents, others = {}, {}, {}, {}, {}
local all, above = {}, {}
for i = 9, #ARGV, 5 do
  local member, version, json, first, second = unpack(ARGV, i, i + 4)
  members[#members + 1], versions[#versions + 1], texts[#texts + 1] = member, version, json
  all[#all + 1], above[#above + 1] = member, first
  if first ~= '' and second ~= '' then all[#all + 1], above[#above + 1] = first, second end
end
load(all)
for i, member in ipairs(all) do
  local record = records[member]
  if above[i] ~= '' and record.above ~= above[i] then
    -- It was moved, which its version need not tell.
    if record.above ~= '' and is_stored(record.version) and record.version ~= EXPIRED then record.version = '' end
    change(member).above = above[i]
  end
end
local function is_current(i) return versions[i] ~= '' and versions[i] == records[members[i]].version end
for i, member in ipairs(members) do
  local into = is_current(i) and currents or others
  into[#into + 1] = member
end
local function scores(key, names)
  local found = {}
  if #names > 0 then
    for i, score in ipairs(call('ZMSCORE', key, unpack(names))) do found[names[i]] = score end
  end
  return found
end
local due_at = scores(KEYS[3], others)
-- No listing is older when it is noted, in ms: a request has 45 s at most.
local LONGEST = 60 * 1000
local entries, early, listed, added, unchanged, current = {}, {}, {}, 0, 0, 0
for i, member in ipairs(members) do
  -- What only waits to be read again need not wait once it has changed.
  local is_to_be_read = has(records[member], 's')
  local is_put_off = not is_to_be_read and due_at[member] and tonumber(due_at[member]) > tonumber(ARGV[6])
  -- It may have changed since Notion made the listing: someone said so meanwhile, or it became due by itself.
  local due_for = is_to_be_read and due_at[member] and ARGV[6] - due_at[member]
  local is_newer = due_for and due_for >= 0 and due_for < LONGEST
  if is_current(i) or is_put_off then current = current + 1 end
  -- A row that went with its data source may have been seen before that came back.
  local was_out = records[member].version == '?' and not due_at[member]
  if records[member].seen ~= ARGV[5] or was_out then
    change(member).seen = ARGV[5]
    if is_current(i) then
      unchanged = unchanged + 1
    else
      added = added + 1
      local into = is_to_be_read and early or entries
      into[#into + 1] = ARGV[6]
      into[#into + 1] = member
      if texts[i] ~= '' and not is_newer then
        mark(member, 'l')
        listed[#listed + 1] = member
        listed[#listed + 1] = ARGV[6] .. ' ' .. texts[i]
      end
    end
  end
end
if ARGV[7] ~= '' then
  local expires_at, built, of_each = scores(KEYS[5], currents), {}, (#KEYS - 5) / #members
  for i, member in ipairs(members) do
    local at = is_current(i) and expires_at[member]
    if at and tonumber(at) < tonumber(ARGV[7]) then
      if ARGV[8] == 'built' then
        add_rebuild(built, member, ARGV[6])
      else
        renew(KEYS[5], ARGV[6], member, false, {unpack(KEYS, 6 + of_each * (i - 1), 5 + of_each * i)})
      end
    end
  end
  add_rebuilds(KEYS[3], built)
end
add_new(KEYS[3], entries)
add('ZADD', KEYS[3], early)
add('HSET', KEYS[4], listed)
save()
return {'ok', cost, added, unchanged, current, kinds(entries), orders}
