-- A page of a list, in the order of creation; what has expired is passed over. It only reads.
-- KEYS list. ARGV now, offset, size. Answers {total, {id, ...}}.
local members = redis.call('ZRANGE', KEYS[1], '(' .. ARGV[1], '+inf', 'BYSCORE', 'LIMIT', ARGV[2], ARGV[3])
for i, member in ipairs(members) do members[i] = member:sub(17) end
return {redis.call('ZCOUNT', KEYS[1], '(' .. ARGV[1], '+inf'), members}
