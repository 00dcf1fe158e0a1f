-- Reads what a tree shows of some pages and of the databases that hold any of them. It only reads.
-- KEYS 1 summaries, 2 those that databases are in. ARGV 1 the database that may be the root, or '', then the members.
-- Answers the summaries as in shown.lua.
local members = {}
for i = 2, #ARGV do members[i - 1] = ARGV[i] end
return show(fetch(KEYS[1], members), KEYS[2], ARGV[1])
