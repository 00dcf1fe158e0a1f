-- Ends an export: one that is queued is taken out and goes into the history, one that has begun is ended by the next run.
-- KEYS lease, history. ARGV number, now in ms, what the history is to say of it where it is queued, how many that keeps.
-- Answers whether it was queued, as 1 or 0.
local queued, asked, kept = false, false, {}
for line in (redis.call('HGET', KEYS[1], 'orders') or ''):gmatch('[^\n]+') do
  local number, job = line:match('^(%d+) (%S+)')
  local is_it = number == ARGV[1]
  queued = queued or is_it and job ~= 'cancel'
  asked = asked or is_it and job == 'cancel'
  if not is_it or job == 'cancel' then kept[#kept + 1] = line .. '\n' end
end
if not queued and asked then return 0 end
if not queued then kept[#kept + 1] = ARGV[1] .. ' cancel - ' .. ARGV[2] .. '\n' end
redis.call('HSET', KEYS[1], 'orders', table.concat(kept))
if not queued then return 0 end
redis.call('LPUSH', KEYS[2], ARGV[3])
redis.call('LTRIM', KEYS[2], 0, ARGV[4] - 1)
return 1
