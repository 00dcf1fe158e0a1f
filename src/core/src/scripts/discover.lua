-- Puts what a listing found into the frontier, unless this export has seen it or the store holds that version.
-- KEYS lease, state, frontier, listed, seen, known.
-- ARGV header, 5 number of the export, 6 now, then triples: member, version, JSON ('' where there is none).
-- Answers {'ok', cost, added, unchanged, current}: current are those whose listed version the store holds,
-- and those that are put off: a search need not go on for them.
local verdict = refused()
if verdict then return {verdict, cost} end
accept()
local members = {}
for i = 7, #ARGV, 3 do members[#members + 1] = ARGV[i] end
if #members == 0 then return {'ok', cost, 0, 0, 0} end

local seen = fetch(KEYS[5], members)
local known = fetch(KEYS[6], members)
local others = {}
for i, member in ipairs(members) do
  if ARGV[5 + 3 * i] == '' or ARGV[5 + 3 * i] ~= known[i] then others[#others + 1] = member end
end
local due_at = {}
if #others > 0 then
  for i, due in ipairs(call('ZMSCORE', KEYS[3], unpack(others))) do due_at[others[i]] = due end
end
local marks, entries, listed, added, unchanged, current = {}, {}, {}, 0, 0, 0
for i, member in ipairs(members) do
  local version, json = ARGV[5 + 3 * i], ARGV[6 + 3 * i]
  local is_current = version ~= '' and version == known[i]
  local is_put_off = due_at[member] and tonumber(due_at[member]) > tonumber(ARGV[6])
  if is_current or is_put_off then current = current + 1 end
  if seen[i] ~= ARGV[5] then
    marks[#marks + 1] = member
    marks[#marks + 1] = ARGV[5]
    if is_current then
      unchanged = unchanged + 1
    else
      added = added + 1
      entries[#entries + 1] = ARGV[6]
      entries[#entries + 1] = member
      if json ~= '' then
        listed[#listed + 1] = member
        listed[#listed + 1] = ARGV[6] .. ' ' .. json
      end
    end
  end
end
add('HSET', KEYS[5], marks)
add_new(KEYS[3], entries)
add('HSET', KEYS[4], listed)
return {'ok', cost, added, unchanged, current}
