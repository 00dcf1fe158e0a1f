-- What a list is of; behind call.lua. KEYS 2 summaries.

-- Whether this member is not stored; not where none is named.
-- In place of a summary, something in the trash or out of scope has a word without a kind.
local function is_unknown(member)
  local summary = member ~= '' and call('HGET', KEYS[2], member)
  return member ~= '' and not (summary and summary:find('{"object":"', 1, true) == 1)
end
