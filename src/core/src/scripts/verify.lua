-- Puts a batch of what the store holds into the frontier, as far as this export has not seen it:
-- what neither search nor the walk shows is asked for by its id.
-- KEYS lease, records, frontier. ARGV header, 5 number of the export, 6 now, 7 where to go on, 8 how many about,
--   9 'unseen', or 'built' to have all that is stored built again instead, or 'read' to have it read again as well.
-- Answers {'ok', cost, where to go on or '0' at the end, put in by kind}. What is put in counts as seen, so the same batch again adds nothing.
local verdict = refused()
if verdict == 'stale' or verdict == 'early' then return {verdict, cost} end
if not verdict then accept() end

local batch = call('HSCAN', KEYS[2], ARGV[7], 'COUNT', ARGV[8])
local members, entries, to_read, early = {}, {}, {}, {}
for i = 1, #batch[2], 2 do
  local seen, version = batch[2][i + 1]:match('^(.-)|.*|(.*)$')
  if ARGV[9] ~= 'unseen' then
    if is_stored(version) then
      if ARGV[9] == 'read' then to_read[#to_read + 1] = batch[2][i] end
      add_rebuild(entries, batch[2][i], ARGV[6])
    end
  elseif seen ~= ARGV[5] and version ~= '-' then
    members[#members + 1] = batch[2][i]
  end
end
load(members)
for _, member in ipairs(members) do
  change(member).seen = ARGV[5]
  entries[#entries + 1] = ARGV[6]
  entries[#entries + 1] = member
end
-- What waits to be read again at some time is read now; what is put off for another reason stays so.
load(to_read)
for _, member in ipairs(to_read) do
  local into = has(records[member], 's') and early or entries
  mark(member, 's')
  into[#into + 1] = ARGV[6]
  into[#into + 1] = member
end
save()
add('ZADD', KEYS[3], early)
add_new(KEYS[3], entries)
return {'ok', cost, batch[1], kinds(entries)}
