-- Reads a whole index with the summaries, newest first, for who filters and sorts them. It only reads.
-- What has expired and is not back is left out.
-- KEYS index, summaries, expiry. ARGV now in ms, the lowest score, the most members, the most bytes of summaries.
-- Answers 'all', how many there are, {member, score, ...} and {summary or nil, ...};
-- where it is too much only 'members' or 'bytes', whichever are too many, and how many members there are.

local count = call('ZCOUNT', KEYS[1], ARGV[2], '+inf')
if count > tonumber(ARGV[3]) then return {'members', count} end

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

local texts, bytes = fetch(KEYS[2], members), 0
for i = 1, #members do bytes = bytes + #(texts[i] or '') end
if bytes > tonumber(ARGV[4]) then return {'bytes', count} end
return {'all', count, found, texts}
