-- A part of an index, newest first, with the summaries. It only reads.
-- KEYS index, summaries. ARGV first, last. Answers {size of the index, {summary or nil, ...}}.
local members = redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[2], 'REV')
if #members == 0 then return {redis.call('ZCARD', KEYS[1]), {}} end
return {redis.call('ZCARD', KEYS[1]), redis.call('HMGET', KEYS[2], unpack(members))}
