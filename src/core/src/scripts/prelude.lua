-- What every fenced script begins with; it is put in front of each of them.
-- KEYS[1] the lease, KEYS[2] the state.
-- ARGV[1] fencing number, ARGV[2] sequence, ARGV[3] the lease's end in ms, ARGV[4] the state to save.
-- Every script answers {verdict, cost, ...}: cost is the script itself and its inner commands, as they are billed.

local cost = 1
local function call(...)
  cost = cost + 1
  return redis.call(...)
end

-- 'stale': another run has the lease, nothing may be written.
-- 'repeated': this very write has been done, its answer was lost.
local function refused()
  local lease = call('HMGET', KEYS[1], 'fencing', 'sequence')
  if lease[1] ~= ARGV[1] then return 'stale' end
  if tonumber(lease[2]) >= tonumber(ARGV[2]) then return 'repeated' end
  return nil
end

local function accept()
  call('HSET', KEYS[1], 'sequence', ARGV[2], 'until', ARGV[3])
  call('SET', KEYS[2], ARGV[4])
end

-- The elements of ARGV from first to last.
local function slice(first, last)
  local part = {}
  for i = first, last do part[#part + 1] = ARGV[i] end
  return part
end

-- Lua passes at most some 8,000 values to a function; long lists go in parts (an even number, so that pairs stay together).
local PART = 4000

local function add(command, key, values)
  for first = 1, #values, PART do
    call(command, key, unpack(values, first, math.min(first + PART - 1, #values)))
  end
end

-- Adds pairs of score and member; a member that is there keeps its place.
local function add_new(key, entries)
  for first = 1, #entries, PART do
    call('ZADD', key, 'NX', unpack(entries, first, math.min(first + PART - 1, #entries)))
  end
end

local function fetch(key, fields)
  local found = {}
  for first = 1, #fields, PART do
    local part = call('HMGET', key, unpack(fields, first, math.min(first + PART - 1, #fields)))
    for i = 1, #part do found[#found + 1] = part[i] end
  end
  return found
end
