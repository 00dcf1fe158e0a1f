-- Has what Notion told of read again, whatever its version, unless the same event was told before.
-- KEYS 1 events that were told, 2 records, 3 frontier, 4 listed.
-- ARGV 1 now in ms, 2 for how long events are remembered, in ms, 3 the event, then the members.
-- Answers how many are queued.
if call('ZADD', KEYS[1], 'NX', ARGV[1], ARGV[3]) == 0 then return 0 end
call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1] - ARGV[2])
local members, listed = {}, {}
for i = 4, #ARGV do members[i - 3] = ARGV[i] end
load(members)
for _, member in ipairs(members) do
  if has(records[member], 'l') then listed[#listed + 1] = member end
end
-- What a listing showed is older than the event. What is half fetched goes on, and is read again after that.
local outdated = {}
for i, text in ipairs(fetch(KEYS[4], listed)) do
  if not text or not text:find('^half') then
    unmark(listed[i], 'l')
    outdated[#outdated + 1] = listed[i]
  end
end
add('HDEL', KEYS[4], outdated)
local entries, early = {}, {}
for _, member in ipairs(members) do
  -- What is being fetched right now stays in the frontier by its mark; what waits after a failure goes on waiting.
  local into = has(records[member], 's') and early or entries
  mark(member, 's')
  into[#into + 1] = ARGV[1]
  into[#into + 1] = member
end
add_new(KEYS[3], entries)
add('ZADD', KEYS[3], early)
save()
return #members
