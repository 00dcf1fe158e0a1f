-- Lets the pages go that an export holds, and whatever else goes within a day.
-- KEYS lease, frontier, leaving. ARGV number of the export, now, until when it counts; in ms.
-- Answers how many pages go, or nil where that export holds none.
if redis.call('HGET', KEYS[1], 'held_by') ~= ARGV[1] then return false end
redis.call('HSET', KEYS[1], 'confirmed_until', ARGV[3])
redis.call('HDEL', KEYS[1], 'held_by')
local leaving = redis.call('ZRANGE', KEYS[3], '0', '+inf', 'BYSCORE')
for first = 1, #leaving, 1000 do
  local due = {}
  for i = first, math.min(first + 999, #leaving) do
    due[#due + 1] = ARGV[2]
    due[#due + 1] = leaving[i]
  end
  redis.call('ZADD', KEYS[2], 'XX', unpack(due))
end
return #leaving
