-- What a tree shows of summaries; behind call.lua.

local VALUES, LINEAGE, DATABASE, ID = ',"values":{', ',"lineage":{', '"database_id":"', 36

-- The lineage is the last of a summary; a property may be called so as well.
local function lineage_of(text, from)
  local last
  repeat
    last, from = from, text:find(LINEAGE, from + 1, true)
  until not from
  return text:sub(last):match('^,"lineage":%b{}}$')
end

-- Cuts the summaries of pages to what stands before the values, and the lineage, and adds those of the databases that hold any,
-- and of `root` where that is one. They are in the hash `key`.
local function show(texts, key, root)
  local databases, is_known = {}, {}
  local function note(id)
    if not id or id == '' or is_known[id] then return end
    is_known[id] = true
    databases[#databases + 1] = 'database:' .. id
  end
  note(root)
  for i = 1, #texts do
    local text = texts[i]
    if text then
      -- No text in JSON has a quote that would begin such a name; values and excerpt are most of it.
      local place = text:find(VALUES, 1, true)
      if place then text = text:sub(1, place - 1) .. (lineage_of(text, place) or '}') end
      -- Patterns take ten times as long as plain text.
      local _, last = text:find(DATABASE, 1, true)
      if last then note(text:sub(last + 1, last + ID)) end
      texts[i] = text
    end
  end
  for _, text in ipairs(fetch(key, databases)) do
    texts[#texts + 1] = text
  end
  return texts
end
