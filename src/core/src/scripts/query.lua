-- Reads a whole index with the summaries, newest first, for who filters and sorts them. It only reads.
-- KEYS and ARGV as in all.lua, 6 the member that it is a list of, or '' for any.
-- Answers as all.lua says, and last of a list of nothing that is stored 1.
local answer = all()
if answer[2] == 0 and is_unknown(ARGV[6]) then answer[5] = 1 end
return answer
