-- Removes an entry with all it holds. KEYS index, entries. ARGV id. Answers 1 if there was one, else 0.
local header = call('HGET', KEYS[2], field(ARGV[1]))
local removed = call('ZREM', KEYS[1], ARGV[1])
if not header then return removed end
local _, paths = parse(header)
local fields = leaf_fields(ARGV[1], paths)
fields[#fields + 1] = field(ARGV[1])
add('HDEL', KEYS[2], fields)
return 1
