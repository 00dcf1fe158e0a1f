-- A part of an index, newest first, with the summaries. It only reads.
-- KEYS index, summaries. ARGV offset, count. Answers {how many pages the index has, {summary or nil, ...}}.
-- Pages have a score from 0 on; what else lies under a parent has one below.
local members = redis.call('ZRANGE', KEYS[1], '+inf', 0, 'BYSCORE', 'REV', 'LIMIT', ARGV[1], ARGV[2])
local total = redis.call('ZCOUNT', KEYS[1], 0, '+inf')
if #members == 0 then return {total, {}} end
return {total, redis.call('HMGET', KEYS[2], unpack(members))}
