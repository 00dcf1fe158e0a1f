-- Reads a part of an index with the summaries, and counts what it has in that range of scores. It only reads.
-- What has expired and is not back is left out, so a part may have fewer than asked for.
-- KEYS index, summaries, expiry. ARGV as for every part, then as ARGV 6 in query.lua, and last now in ms.
-- Answers what every part is, the count, which may be too high where more than so many have expired, and of a list of nothing
-- that is stored 1.
local MOST = 10000

local now, of = table.remove(ARGV), table.remove(ARGV)
local answer = part()
answer[4] = call('ZCOUNT', KEYS[1], ARGV[3], ARGV[2])
local expired, is_expired = call('ZRANGE', KEYS[3], '-inf', now, 'BYSCORE', 'LIMIT', 0, MOST), {}
for first = 1, #expired, PART do
  local scores = call('ZMSCORE', KEYS[1], unpack(expired, first, math.min(first + PART - 1, #expired)))
  for i, score in ipairs(scores) do
    is_expired[expired[first + i - 1]] = true
    if score and tonumber(score) >= tonumber(ARGV[3]) then answer[4] = answer[4] - 1 end
  end
end
if #expired == MOST and #answer[1] > 0 then
  for i, until_when in ipairs(call('ZMSCORE', KEYS[3], unpack(answer[1]))) do
    is_expired[answer[1][i]] = until_when and tonumber(until_when) <= tonumber(now)
  end
end
local members, texts = {}, {}
for i, member in ipairs(answer[1]) do
  if not is_expired[member] then
    members[#members + 1] = member
    texts[#texts + 1] = answer[2][i]
  end
end
answer[1], answer[2] = members, texts
if answer[4] == 0 and is_unknown(of) then answer[5] = 1 end
return answer
