-- Reads a part of an index. It only reads.
-- KEYS index, entries. ARGV order ('newest' or 'oldest'), the scores to begin and to end with in that order, offset, limit,
--   then score and id of the entry to go on after, where there is one.
-- Answers {{id, score, ...}, {header, ...}, {leaf, ...}, score and id of the last entry, or '' at the end}.
local is_newest = ARGV[1] == 'newest'
local direction = is_newest and {'REV'} or {}

-- Members of equal score are ordered by their bytes; Lua's own comparison may follow a locale.
local function is_less(a, b)
  for i = 1, math.min(#a, #b) do
    if a:byte(i) ~= b:byte(i) then return a:byte(i) < b:byte(i) end
  end
  return #a < #b
end

-- How many members of that score come before or at the place of `id`, whether it is still there or not.
local function passed(score, id)
  local before = is_newest and call('ZCOUNT', KEYS[1], '(' .. score, '+inf') or call('ZCOUNT', KEYS[1], '-inf', '(' .. score)
  if call('ZSCORE', KEYS[1], id) == score then
    return call(is_newest and 'ZREVRANK' or 'ZRANK', KEYS[1], id) - before + 1
  end
  local low, high = before, before + call('ZCOUNT', KEYS[1], score, score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    local member = call('ZRANGE', KEYS[1], middle, middle, unpack(direction))[1]
    local is_before = is_less(member, id)
    if is_newest then is_before = is_less(id, member) end
    if is_before then low = middle + 1 else high = middle end
  end
  return low - before
end

local first, offset = ARGV[2], ARGV[4]
if ARGV[6] then first, offset = ARGV[6], passed(ARGV[6], ARGV[7]) end
local words = {'ZRANGE', KEYS[1], first, ARGV[3], 'BYSCORE'}
if is_newest then words[#words + 1] = 'REV' end
for _, word in ipairs({'LIMIT', offset, ARGV[5], 'WITHSCORES'}) do words[#words + 1] = word end
local found = call(unpack(words))
local is_full = #found == 2 * tonumber(ARGV[5])
local answer = told(KEYS[2], found)
answer[4] = is_full and found[#found] .. ' ' .. found[#found - 1] or ''
return answer
