-- Queues an export, unless the same is queued.
-- KEYS lease, whose `orders` are lines: number, job, id or '-', and when it was asked for.
-- ARGV job, id or '-', now in ms, how many may wait. Answers {number, when it was asked for}, or nil where too many wait.
local lease = redis.call('HMGET', KEYS[1], 'orders', 'number', 'state')
local orders, waiting = lease[1] or '', 0
for line in orders:gmatch('[^\n]+') do
  local number, job, id, at = line:match('^(%d+) (%S+) (%S+) (%d+)$')
  if job == ARGV[1] and id == ARGV[2] then return {number, at} end
  if job ~= 'cancel' then waiting = waiting + 1 end
end
if waiting >= tonumber(ARGV[4]) then return false end
-- A store of an earlier version has its last number in the state only.
local number = lease[2] or (lease[3] or ''):match('"number":(%d+)') or 0
number = string.format('%.0f', number + 1)
local line = table.concat({number, ARGV[1], ARGV[2], ARGV[3]}, ' ')
redis.call('HSET', KEYS[1], 'number', number, 'orders', orders .. line .. '\n')
return {number, ARGV[3]}
