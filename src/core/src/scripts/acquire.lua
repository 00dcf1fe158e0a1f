-- Takes the lease for a run, and reads with it the state, which a replica could give old, and whether there is work.
-- KEYS lease, frontier, the frontier of an urgent export, where there is a rule what becomes public by itself: what is due is built again.
-- ARGV run, now, the lease's end, the latest not_before that is waited for, times in ms;
--   'tick' where a cron trigger begins it, which is noted, with how long after the one before.
-- What becomes public by itself needs nothing of Notion's: it waits for no not_before, and goes before all else (as in record.lua).
-- Where the run before had a clock that was ahead, no instant that it left is waited for.
-- Answers {'held', cost, until} | {'early', cost, not_before}
--   | {'ok', cost, state, score of the first in the frontier or '', what is ordered, a number for an export,
--     how many become public}.
local lease = redis.call('HMGET', KEYS[1], 'run', 'until', 'not_before', 'fencing', 'state', 'orders', 'paused_until', 'number', 'ticked',
  'was_until')
local cost, orders = 2, lease[6] or ''
-- A store of an earlier version has its last number in the state only.
local number = lease[8] or (lease[5] or ''):match('"number":(%d+)') or '0'
local MOST, due = 100, {}
-- A lease lasts a minute, and clocks are no further apart than a few.
local AHEAD = 6 * 60 * 1000
local function is_ahead(instant) return tonumber(instant or 0) - ARGV[2] > AHEAD end
local was_ahead = is_ahead(lease[2]) or is_ahead(lease[10])
local function read_due()
  due = redis.call('ZRANGE', KEYS[4], '-inf', ARGV[2], 'BYSCORE', 'LIMIT', 0, MOST)
  cost = cost + 1
  return #due > 0
end
if lease[1] ~= ARGV[1] then
  if lease[2] and tonumber(lease[2]) > tonumber(ARGV[2]) and not was_ahead then return {'held', cost, lease[2]} end
  -- An order waits for nothing but Notion.
  local not_before = lease[3]
  if orders ~= '' then not_before = lease[7] end
  local is_early = not_before and tonumber(not_before) > tonumber(ARGV[4]) and not was_ahead
  if is_early and not (KEYS[4] and read_due()) then return {'early', cost, not_before} end
  -- A run of an earlier version goes by this.
  local fencing = string.format('%.0f', (lease[4] or 0) + 1)
  number = string.format('%.0f', number + 1)
  local noted = {}
  if ARGV[5] == 'tick' then
    noted = {'ticked', ARGV[2]}
    if lease[9] then noted[3], noted[4] = 'tick_gap', string.format('%.0f', ARGV[2] - lease[9]) end
  end
  redis.call('HSET', KEYS[1], 'run', ARGV[1], 'fencing', fencing, 'sequence', 0, 'until', ARGV[3], 'number', number, unpack(noted))
  cost = cost + 1
end
-- What waits in the frontier would wait for as long as that clock was ahead.
for i = 2, was_ahead and 3 or 0 do
  local members, PART = redis.call('ZRANGE', KEYS[i], '(' .. ARGV[2], '+inf', 'BYSCORE'), 2000
  cost = cost + 1
  for first = 1, #members, PART do
    local entries = {}
    for place = first, math.min(first + PART - 1, #members) do
      entries[#entries + 1] = ARGV[2]
      entries[#entries + 1] = members[place]
    end
    redis.call('ZADD', KEYS[i], unpack(entries))
    cost = cost + 1
  end
end
if KEYS[4] and (#due > 0 or read_due()) then
  local entries = {}
  for _, member in ipairs(due) do
    entries[#entries + 1] = 2
    entries[#entries + 1] = '~' .. member
  end
  redis.call('ZADD', KEYS[2], 'GT', unpack(entries))
  redis.call('ZREM', KEYS[4], unpack(due))
  cost = cost + 2
end
local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
return {'ok', cost + 1, lease[5] or '', first[2] or '', orders, number, #due}
