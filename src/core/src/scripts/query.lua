-- Reads a whole index with the summaries, newest first, for who filters and sorts them. It only reads.
-- KEYS, ARGV and answer as in all.lua.
return all()
