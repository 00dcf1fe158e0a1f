-- Adds an entry, unless there is one with that id; its first version is one that no entry of the index had.
-- KEYS index, entries. ARGV id, score, its leaves: a line break, path, a line break, JSON, and so on. Answers 1 if added, else 0.
local found = call('HMGET', KEYS[2], ARGV[1], MARK)
if found[1] then return 0 end
call('ZADD', KEYS[1], ARGV[2], ARGV[1])
save(KEYS[2], ARGV[1], found[2] or 0, ARGV[2], ARGV[3])
return 1
