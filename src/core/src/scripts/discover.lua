-- Puts what a listing found into the frontier, unless this export has seen it or the store holds that version.
-- KEYS lease, records, frontier, listed.
-- ARGV header, 5 number of the export, 6 now, then of each: member, version, JSON, the member that it lies in,
--   and the one that that lies in; '' what is not told.
-- Answers {'ok', cost, added, unchanged, current, added by kind, what is ordered}: current are those whose listed version the store holds,
-- and those that are put off: a search need not go on for them.
local verdict = refused()
if verdict then return {verdict, cost} end
accept()
local members, versions, texts, others = {}, {}, {}, {}
local all, above = {}, {}
for i = 7, #ARGV, 5 do
  local member, version, json, first, second = unpack(ARGV, i, i + 4)
  members[#members + 1], versions[#versions + 1], texts[#texts + 1] = member, version, json
  all[#all + 1], above[#above + 1] = member, first
  if second ~= '' then all[#all + 1], above[#above + 1] = first, second end
end
load(all)
for i, member in ipairs(all) do
  if above[i] ~= '' and records[member].above ~= above[i] then change(member).above = above[i] end
end
local function is_current(i) return versions[i] ~= '' and versions[i] == records[members[i]].version end
for i, member in ipairs(members) do
  if not is_current(i) then others[#others + 1] = member end
end
local due_at = {}
if #others > 0 then
  for i, due in ipairs(call('ZMSCORE', KEYS[3], unpack(others))) do due_at[others[i]] = due end
end
local entries, early, listed, added, unchanged, current = {}, {}, {}, 0, 0, 0
for i, member in ipairs(members) do
  -- What only waits to be read again need not wait once it has changed.
  local is_to_be_read = has(records[member], 's')
  local is_put_off = not is_to_be_read and due_at[member] and tonumber(due_at[member]) > tonumber(ARGV[6])
  if is_current(i) or is_put_off then current = current + 1 end
  -- A row that went with its data source may have been seen before that came back.
  local is_back = records[member].version == '?' and not due_at[member]
  if records[member].seen ~= ARGV[5] or is_back then
    change(member).seen = ARGV[5]
    if is_current(i) then
      unchanged = unchanged + 1
    else
      added = added + 1
      local into = is_to_be_read and early or entries
      into[#into + 1] = ARGV[6]
      into[#into + 1] = member
      if texts[i] ~= '' then
        mark(member, 'l')
        listed[#listed + 1] = member
        listed[#listed + 1] = ARGV[6] .. ' ' .. texts[i]
      end
    end
  end
end
add_new(KEYS[3], entries)
add('ZADD', KEYS[3], early)
add('HSET', KEYS[4], listed)
save()
return {'ok', cost, added, unchanged, current, kinds(entries), orders}
