-- Removes an entry. KEYS index, entries. ARGV id. Answers 1 if there was one, else 0.
local found = call('HMGET', KEYS[2], ARGV[1], MARK)
local removed = call('ZREM', KEYS[1], ARGV[1])
if not found[1] then return removed end
call('HDEL', KEYS[2], ARGV[1])
local version = parse(found[1])
if tonumber(version) > tonumber(found[2] or 0) then call('HSET', KEYS[2], MARK, version) end
return 1
