-- Reads the summaries of all pages. It only reads.
-- KEYS and ARGV as in all.lua, 3 the most bytes.
-- Answers 'all' and {summary or nil, ...}, newest first; where it is too much only 'pages' or 'bytes', whichever are too many,
-- and how many pages there are.
local texts, count = all_pages()
if not texts then return {'pages', count} end
local bytes = 0
for i = 1, #texts do bytes = bytes + #(texts[i] or '') end
if bytes > tonumber(ARGV[3]) then return {'bytes', count} end
return {'all', texts}
