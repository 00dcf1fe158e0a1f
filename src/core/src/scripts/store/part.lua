-- Finds a part of a sorted set, with the text that a hash holds of each member. It only reads.
-- KEYS sorted set, hash. ARGV order ('newest' or 'oldest'), the scores to begin and to end with in that order, offset, limit,
--   then score and member to go on after, where there is one.

local is_newest = ARGV[1] == 'newest'
local direction = is_newest and {'REV'} or {}

-- How many members lie before a place in the order: those with that score counted in, or not.
local function counted(score, is_in)
  local bound = (is_in and '' or '(') .. score
  if is_newest then return call('ZCOUNT', KEYS[1], bound, '+inf') end
  return call('ZCOUNT', KEYS[1], '-inf', bound)
end

-- Members of equal score are ordered by their bytes; Lua's own comparison may follow a locale.
local function is_less(a, b)
  for i = 1, math.min(#a, #b) do
    if a:byte(i) ~= b:byte(i) then return a:byte(i) < b:byte(i) end
  end
  return #a < #b
end

-- How many members come before or at the place of one, whether it is still there or not.
local function passed(score, member)
  if call('ZSCORE', KEYS[1], member) == score then
    return call(is_newest and 'ZREVRANK' or 'ZRANK', KEYS[1], member) + 1
  end
  local low, high = counted(score, false), counted(score, true)
  while low < high do
    local middle = math.floor((low + high) / 2)
    local other = call('ZRANGE', KEYS[1], middle, middle, unpack(direction))[1]
    local is_before = is_less(other, member)
    if is_newest then is_before = is_less(member, other) end
    if is_before then low = middle + 1 else high = middle end
  end
  return low
end

local TOP, BOTTOM = '^%+?inf$', '^%-inf$'

-- By rank, which is found as quickly far down as at the top; and one more than asked for, which tells whether this is the end.
local function find()
  local first, last, offset, limit = ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5] + 1
  if offset == 0 and not ARGV[6] then
    local words = {first, last, 'BYSCORE', unpack(direction)}
    for _, word in ipairs({'LIMIT', 0, limit, 'WITHSCORES'}) do words[#words + 1] = word end
    return call('ZRANGE', KEYS[1], unpack(words))
  end
  local start = offset + (first:find(is_newest and TOP or BOTTOM) and 0 or counted(first, false))
  if ARGV[6] then start = math.max(start, passed(ARGV[6], ARGV[7])) end
  local stop = start + limit
  if not last:find(is_newest and BOTTOM or TOP) then stop = math.min(stop, counted(last, true)) end
  if start >= stop then return {} end
  local words = {start, stop - 1, unpack(direction)}
  words[#words + 1] = 'WITHSCORES'
  return call('ZRANGE', KEYS[1], unpack(words))
end

-- {{member, ...}, {text or nil, ...}, score and member of the last one, or '' at the end}.
local function part()
  local found, members, cursor = find(), {}, ''
  if #found > 2 * ARGV[5] then
    found[#found], found[#found - 1] = nil, nil
    cursor = found[#found] .. '~' .. found[#found - 1]
  end
  for i = 1, #found, 2 do members[#members + 1] = found[i] end
  return {members, fetch(KEYS[2], members), cursor}
end
