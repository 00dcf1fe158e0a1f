-- Reads what a tree shows of all pages and of the databases that hold any. It only reads.
-- KEYS as in all.lua, 4 the summaries that databases are in. ARGV as in all.lua, 4 the most bytes, 5 the database that may be the root,
-- or ''.
-- Answers as query.lua, without members and scores, and of the summaries of pages what stands before the values, and the lineage.
local VALUES, LINEAGE = ',"values":{', ',"lineage":%b{}}$'

local count, found, texts = all()
if not found then return {'members', count} end
local databases, is_known = {}, {}
local function note(id)
  if not id or is_known[id] then return end
  is_known[id] = true
  databases[#databases + 1] = 'database:' .. id
end

if ARGV[5] ~= '' then note(ARGV[5]) end
for i = 1, #texts do
  local text = texts[i]
  if text then
    -- No text in JSON has a quote that would begin such a name; values and excerpt are most of it.
    local place = text:find(VALUES, 1, true)
    if place then text = text:sub(1, place - 1) .. (text:match(LINEAGE) or '}') end
    note(text:match('"database_id":"([^"]*)"'))
    texts[i] = text
  end
end
for _, text in ipairs(fetch(KEYS[4], databases)) do
  texts[#texts + 1] = text
end
if bytes_of(texts) > tonumber(ARGV[4]) then return {'bytes', count} end
return {'all', count, {}, texts}
