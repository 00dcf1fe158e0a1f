-- What every fenced script begins with, after call.lua.
-- KEYS[1] the lease, which holds the engine's state as well.
-- ARGV[1] run, ARGV[2] sequence, ARGV[3] the lease's end in ms, ARGV[4] the state to save, or '' where a later write
-- of the same request does. The sequence is followed by '>' and that of the write before it in the same request, if there is one,
-- and by '<' and the last one that the run was told to be done.
-- Every script answers {verdict, cost, ...}: cost is the script itself and its inner commands, as they are billed.

-- 'stale': another run has the lease, or what this run wrote is lost, as after a failover: nothing may be written.
-- A run knows of work that the store has forgotten then; the next one goes by what the store has.
-- 'repeated': this very write has been done, its answer was lost.
-- 'early': the one before it in the same request was not done. What is done is then never younger than what is not.
-- What is ordered is read with that, in the lines that `order.lua` writes, and the number that was given out last.
local orders, last_number = '', ''
local sequence, after, done = ARGV[2]:match('^(%d+)>?(%d*)<?(%d*)$')
local function refused()
  local lease = call('HMGET', KEYS[1], 'run', 'sequence', 'orders', 'number')
  orders, last_number = lease[3] or '', lease[4] or ''
  if lease[1] ~= ARGV[1] or tonumber(lease[2]) < tonumber(done) then return 'stale' end
  if tonumber(lease[2]) >= tonumber(sequence) then return 'repeated' end
  if after ~= '' and tonumber(lease[2]) < tonumber(after) then return 'early' end
  return nil
end

local function accept()
  if ARGV[4] == '' then return call('HSET', KEYS[1], 'sequence', sequence, 'until', ARGV[3]) end
  call('HSET', KEYS[1], 'sequence', sequence, 'until', ARGV[3], 'state', ARGV[4])
end

-- Tells readers what happened.
local function announce(events, now, kind, run, data)
  call('XADD', events, 'MAXLEN', '~', 10000, '*', 'ts', now, 'type', kind, 'runId', run, 'data', data)
end

-- The elements of ARGV from first to last.
local function slice(first, last)
  local part = {}
  for i = first, last do part[#part + 1] = ARGV[i] end
  return part
end
