-- Takes the lease for a run, and reads the state with it: a replica's read could be old.
-- KEYS lease, state. ARGV run, now, the lease's end, the latest not_before that is waited for; times in ms.
-- Answers {'held', cost, until} | {'early', cost, not_before} | {'ok', cost, fencing, state}.
local lease = redis.call('HMGET', KEYS[1], 'run', 'until', 'not_before', 'fencing')
if lease[1] ~= ARGV[1] then
  if lease[2] and tonumber(lease[2]) > tonumber(ARGV[2]) then return {'held', 2, lease[2]} end
  if lease[3] and tonumber(lease[3]) > tonumber(ARGV[4]) then return {'early', 2, lease[3]} end
  lease[4] = redis.call('HINCRBY', KEYS[1], 'fencing', 1)
  redis.call('HSET', KEYS[1], 'run', ARGV[1], 'sequence', 0, 'until', ARGV[3])
end
return {'ok', 5, tostring(lease[4]), redis.call('GET', KEYS[2]) or ''}
