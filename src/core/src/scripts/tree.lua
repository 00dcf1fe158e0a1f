-- Reads what a tree shows of all pages and of the databases that hold any. It only reads.
-- KEYS as in all.lua, 4 the summaries that databases are in. ARGV as in all.lua, 3 the most bytes, 4 the database that may be its root,
-- or ''.
-- Answers 'all' and {beginning of a summary or nil, ...}; where it is too much only 'pages' or 'bytes', whichever are too many,
-- and how many pages there are.
local VALUES, LINEAGE = ',"values":{', ',"lineage":%b{}}$'

local texts, count = all_pages()
if not texts then return {'pages', count} end
local databases, is_known, bytes = {}, {}, 0
local function note(id)
  if not id or is_known[id] then return end
  is_known[id] = true
  databases[#databases + 1] = 'database:' .. id
end

if ARGV[4] ~= '' then note(ARGV[4]) end
for i = 1, #texts do
  local text = texts[i]
  if text then
    -- No text in JSON has a quote that would begin such a name; values and excerpt are most of it.
    local place = text:find(VALUES, 1, true)
    if place then text = text:sub(1, place - 1) .. (text:match(LINEAGE) or '}') end
    note(text:match('"database_id":"([^"]*)"'))
    texts[i] = text
    bytes = bytes + #text
  end
end
local found = fetch(KEYS[4], databases)
for i = 1, #databases do
  texts[#texts + 1] = found[i]
  bytes = bytes + #(found[i] or '')
end
if bytes > tonumber(ARGV[3]) then return {'bytes', count} end
return {'all', texts}
