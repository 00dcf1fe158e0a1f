-- A whole index with the summaries, newest first; behind call.lua, in front of every script that looks at all of it.
-- What has expired and is not back is left out.
-- KEYS 1 index, 2 summaries, 3 expiry. ARGV 1 now in ms, 2 the lowest score, 3 the most members.
-- Gives how many there are, {member, score, ...} and {summary or nil, ...}; where there are too many only how many.
local function all()
  local count = call('ZCOUNT', KEYS[1], ARGV[2], '+inf')
  if count > tonumber(ARGV[3]) then return count end
  local found, members = call('ZRANGE', KEYS[1], '+inf', ARGV[2], 'BYSCORE', 'REV', 'WITHSCORES'), {}
  for i = 1, #found, 2 do members[#members + 1] = found[i] end
  if call('ZCOUNT', KEYS[3], '-inf', ARGV[1]) > 0 then
    local kept, with_scores = {}, {}
    for first = 1, #members, PART do
      local last = math.min(first + PART - 1, #members)
      for i, until_when in ipairs(call('ZMSCORE', KEYS[3], unpack(members, first, last))) do
        local place = first + i - 1
        if not until_when or tonumber(until_when) > tonumber(ARGV[1]) then
          kept[#kept + 1] = members[place]
          with_scores[#with_scores + 1] = members[place]
          with_scores[#with_scores + 1] = found[2 * place]
        end
      end
    end
    found, members = with_scores, kept
  end
  return count, found, fetch(KEYS[2], members)
end

local function bytes_of(texts)
  local bytes = 0
  for i = 1, #texts do bytes = bytes + #(texts[i] or '') end
  return bytes
end
