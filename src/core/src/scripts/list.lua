-- Reads a part of an index with the summaries, and counts what it has in that range of scores. It only reads.
-- KEYS index, summaries. ARGV as for every part. Answers what every part is, and the count.
local answer = part()
answer[4] = call('ZCOUNT', KEYS[1], ARGV[3], ARGV[2])
return answer
