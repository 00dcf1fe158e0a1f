-- Takes the lease for a run, and reads with it the state, which a replica could give old, and whether there is work.
-- KEYS lease, frontier. ARGV run, now, the lease's end, the latest not_before that is waited for; times in ms.
-- Answers {'held', cost, until} | {'early', cost, not_before} | {'ok', cost, fencing, state, score of the first in the frontier or ''}.
local lease = redis.call('HMGET', KEYS[1], 'run', 'until', 'not_before', 'fencing', 'state')
local cost, fencing = 2, lease[4]
if lease[1] ~= ARGV[1] then
  if lease[2] and tonumber(lease[2]) > tonumber(ARGV[2]) then return {'held', cost, lease[2]} end
  if lease[3] and tonumber(lease[3]) > tonumber(ARGV[4]) then return {'early', cost, lease[3]} end
  fencing = string.format('%.0f', (fencing or 0) + 1)
  redis.call('HSET', KEYS[1], 'run', ARGV[1], 'fencing', fencing, 'sequence', 0, 'until', ARGV[3])
  cost = cost + 1
end
local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
return {'ok', cost + 1, fencing, lease[5] or '', first[2] or ''}
