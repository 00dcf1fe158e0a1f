-- Adds to a number among the metadata of an entry, which begins at zero where there is none, and raises the version.
-- KEYS entries. ARGV id, path, amount. Answers {'incremented', version, sum as text} | {'missing'} | {'shape', path in the way}.
local id, path, amount = ARGV[1], ARGV[2], ARGV[3]
local entry = call('HGET', KEYS[1], id)
if not entry then return {'missing'} end
local version, score, leaves = parse(entry)
leaves = leaves .. '\n'

-- Where the JSON of a leaf begins and ends.
local function place(of)
  local _, line = leaves:find('\n' .. of .. '\n', 1, true)
  if line then return line + 1, leaves:find('\n', line + 1, true) - 1 end
end

-- The sum where Lua's numbers, which have 53 bits, count exactly.
local function small_sum(number)
  if not (number:find('^%-?%d+$') and amount:find('^%-?%d+$')) then return nil end
  local sum = number + amount
  for _, it in ipairs({tonumber(number), tonumber(amount), sum}) do
    if math.abs(it) >= 2 ^ 53 then return nil end
  end
  return string.format('%.0f', sum)
end

-- Everything else Redis counts, in the field that no id has.
local function sum_of(number)
  local mark = call('HGET', KEYS[1], MARK)
  call('HSET', KEYS[1], MARK, number)
  local sum = increment(KEYS[1], MARK, amount)
  if mark then call('HSET', KEYS[1], MARK, mark) else call('HDEL', KEYS[1], MARK) end
  return type(sum) == 'number' and string.format('%.0f', sum) or sum
end

-- An object cannot be added to, and nothing lies under a leaf, except under an empty object, which then is none any more.
if leaves:find('\n' .. path .. '.', 1, true) then return {'shape', path} end
local dot = path:find('.', 2, true)
while dot do
  local above = path:sub(1, dot - 1)
  local first, last = place(above)
  if first and leaves:sub(first, last) ~= '{}' then return {'shape', above} end
  if first then leaves = leaves:sub(1, first - #above - 2) .. leaves:sub(last + 2) end
  dot = path:find('.', dot + 1, true)
end

local first, last = place(path)
local number = first and leaves:sub(first, last) or '0'
local sum = small_sum(number) or sum_of(number)
if type(sum) ~= 'string' then return sum end
if first then
  leaves = leaves:sub(1, first - 1) .. sum .. leaves:sub(last + 1)
else
  leaves = leaves .. path .. '\n' .. sum .. '\n'
end
return {'incremented', save(KEYS[1], id, version, score, leaves:sub(1, -2)), sum}
