-- Adds an entry, unless there is one with that id.
-- KEYS index, entries. ARGV id, score, then its leaves: path, JSON, path, JSON. Answers 1 if added, else 0.
if call('HGET', KEYS[2], field(ARGV[1])) then return 0 end
call('ZADD', KEYS[1], ARGV[2], ARGV[1])
save(KEYS[2], ARGV[1], 1, 3)
return 1
