-- Reads a whole index with the summaries, newest first, for who filters and sorts them. It only reads.
-- KEYS and ARGV as in all.lua, 4 the most bytes of summaries.
-- Answers 'all', how many there are, {member, score, ...} and {summary or nil, ...};
-- where it is too much only 'members' or 'bytes', whichever are too many, and how many members there are.
local count, found, texts = all()
if not found then return {'members', count} end
if bytes_of(texts) > tonumber(ARGV[4]) then return {'bytes', count} end
return {'all', count, found, texts}
