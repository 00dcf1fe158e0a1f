-- Adds to a JSON number that stands under a key or in a field of a hash.

local function at(command, key, field, ...)
  if field then return redis.pcall('H' .. command, key, field, ...) end
  return redis.pcall(command, key, ...)
end

-- Exact where both are 64-bit integers; otherwise a float, as INCRBYFLOAT counts.
-- Answers the sum, as text where it is longer than an integer of Lua's, or Redis's error, which has changed nothing.
local function increment(key, field, amount)
  if not amount:find('[.eE]') then
    local sum = at('INCRBY', key, field, amount)
    if type(sum) == 'number' then
      -- A Lua number has no more than 53 bits, and ioredis and node-redis misread integers close to that.
      if math.abs(sum) < 2 ^ 52 then return sum end
      return at('GET', key, field)
    end
    local stored = at('GET', key, field)
    if type(stored) ~= 'string' then return stored or sum end
    local is_float = stored:find('^%-?%d+[.eE]') or stored == '-0'
    -- Beyond 64 bits the sum would be spelled as an integer that is none, and nothing could be added to it again.
    if not is_float or math.abs(tonumber(stored) + tonumber(amount)) >= 2 ^ 63 then return sum end
  end
  return at('INCRBYFLOAT', key, field, amount)
end
