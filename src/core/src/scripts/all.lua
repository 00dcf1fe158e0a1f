-- All pages of an index, newest first, as members and their summaries, without those that have expired;
-- behind call.lua, in front of every script that looks at all of them.
-- KEYS 1 pages, 2 summaries, 3 expiry. ARGV 1 now in ms, 2 the most pages. Where there are more it gives none, and how many there are.
local function all_pages()
  local count = call('ZCARD', KEYS[1])
  if count > tonumber(ARGV[2]) then return nil, count end
  local members = call('ZRANGE', KEYS[1], 0, -1, 'REV')
  if call('ZCOUNT', KEYS[3], '-inf', ARGV[1]) > 0 then
    local kept = {}
    for first = 1, #members, PART do
      local last = math.min(first + PART - 1, #members)
      for i, until_when in ipairs(call('ZMSCORE', KEYS[3], unpack(members, first, last))) do
        if not until_when or tonumber(until_when) > tonumber(ARGV[1]) then kept[#kept + 1] = members[first + i - 1] end
      end
    end
    members = kept
  end
  return fetch(KEYS[2], members), count
end
