-- Reads what a tree shows of all pages and of the databases that hold any. It only reads.
-- KEYS as in all.lua, 4 the summaries that databases are in. ARGV as in all.lua, 6 the database that may be the root, or ''.
-- Answers as all.lua says; where it has all, without members and scores, and the summaries as in shown.lua.
local answer = all(function(texts) return show(texts, KEYS[4], ARGV[6]) end)
if answer[1] == 'all' then answer[3] = {} end
return answer
