-- A page of a list: by expiry, what never expires last, then in the order of creation. It only reads.
-- KEYS list. ARGV now, offset, size. Answers {total, {id, ...}}.
local total = redis.call('ZCOUNT', KEYS[1], '(' .. ARGV[1], '+inf')
local offset, size = tonumber(ARGV[2]), tonumber(ARGV[3])
if offset >= total then return {total, {}} end
-- What has expired is the head of the list, so that a page is found by its rank from the end, however deep it is.
local first = offset - total
local members = redis.call('ZRANGE', KEYS[1], first, math.min(first + size - 1, -1))
for i, member in ipairs(members) do members[i] = member:sub(17) end
return {total, members}
