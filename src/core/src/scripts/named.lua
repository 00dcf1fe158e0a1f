-- What a list is of; behind call.lua. KEYS 2 summaries.

-- Whether none of these members, which are separated by commas, is stored; not where none is named.
-- In place of a summary, something in the trash or out of scope has a word without a kind.
local function is_unknown(members)
  local names = {}
  for name in members:gmatch('[^,]+') do names[#names + 1] = name end
  for _, summary in ipairs(fetch(KEYS[2], names)) do
    if summary and summary:find('{"object":"', 1, true) == 1 then return false end
  end
  return #names > 0
end
