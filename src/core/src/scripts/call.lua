-- Calls that are counted as they are billed, and lists of any length; in front of every script that needs either.

local cost = 1
local function call(...)
  cost = cost + 1
  return redis.call(...)
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
  if #fields == 0 then return {} end
  if #fields <= PART then return call('HMGET', key, unpack(fields)) end
  local found = {}
  for first = 1, #fields, PART do
    local part = call('HMGET', key, unpack(fields, first, math.min(first + PART - 1, #fields)))
    for i = 1, #part do found[#found + 1] = part[i] end
  end
  return found
end
