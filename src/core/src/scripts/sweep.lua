-- Puts a batch of what the store holds into the frontier, to be read again whatever its version, one after the other over time:
-- permissions, formulas, rollups and what is in a view change without a word of it.
-- KEYS lease, records, frontier. ARGV header, 5 now, 6 where to go on, 7 how many about,
--   8 within what time everything is to be read again, 9 the least time between two; in ms.
-- Answers {'ok', cost, where to go on or '0' at the end, when the last of the batch is due}. The same batch again adds nothing.
local verdict = refused()
if verdict == 'stale' or verdict == 'early' then return {verdict, cost} end
if not verdict then accept() end

local batch = call('HSCAN', KEYS[2], ARGV[6], 'COUNT', ARGV[7])
local apart = math.max(ARGV[8] / math.max(call('HLEN', KEYS[2]), 1), tonumber(ARGV[9]))
local members, entries, due = {}, {}, tonumber(ARGV[5])
for i = 1, #batch[2], 2 do
  if is_stored(batch[2][i + 1]:match('([^|]*)$')) then members[#members + 1] = batch[2][i] end
end
load(members)
-- What waits already is read anyway.
local waits = #members > 0 and call('ZMSCORE', KEYS[3], unpack(members)) or {}
for i, member in ipairs(members) do
  if not waits[i] then
    due = due + apart
    mark(member, 's')
    entries[#entries + 1] = string.format('%.0f', due)
    entries[#entries + 1] = member
  end
end
save()
add_new(KEYS[3], entries)
return {'ok', cost, batch[1], string.format('%.0f', due)}
