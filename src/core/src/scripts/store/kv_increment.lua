-- Adds to a number. KEYS value. ARGV amount, the field where the value is a hash or '', then for a value that is not to expire
-- yet 'PEXPIRE' or 'PEXPIREAT' with milliseconds. Answers the sum.
local sum = increment(KEYS[1], ARGV[2] ~= '' and ARGV[2] or nil, ARGV[1])
if ARGV[3] and type(sum) ~= 'table' then redis.call(ARGV[3], KEYS[1], ARGV[4], 'NX') end
return sum
