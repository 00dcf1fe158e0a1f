-- Notes what has expired: readers do without it already. Each is to be fetched again, since nobody took it away in Notion;
-- for that it stays where it is listed, and keeps its path.
-- KEYS lease, records, frontier, expiry, events, version, where there is a rule what lists show of public pages, and the version and events as in
--   publish.lua. ARGV header, 5 now, 6 run, 7 how many at once.
-- Answers {'ok', cost, when the next one expires or '', put in by kind}. The same batch again notes nothing.
local verdict = refused()
if verdict == 'stale' or verdict == 'early' then return {verdict, cost} end
if not verdict then accept() end

local members = call('ZRANGE', KEYS[4], '(0', ARGV[5], 'BYSCORE', 'LIMIT', 0, ARGV[7])
local entries, early, noted = {}, {}, {}
load(members)
local public = KEYS[7] and fetch(KEYS[7], members) or {}
for i, member in ipairs(members) do
  -- What waits to be read again at some time is read now; what is put off for another reason stays so.
  local into = has(records[member], 's') and early or entries
  unmark(member, 's')
  change(member).version = EXPIRED
  into[#into + 1] = ARGV[5]
  into[#into + 1] = member
  noted[2 * i - 1], noted[2 * i] = 0, member
  local id = member:match('^page:(.*)')
  if id then
    local version, seen_by = call('INCR', KEYS[6]), public[i] and ',"visibility":"public"' or ''
    announce(KEYS[5], ARGV[5], 'page.expired', ARGV[6], '{"id":"' .. id .. '","version":' .. version .. seen_by .. '}')
    if public[i] then
      version = call('INCR', KEYS[8])
      announce(KEYS[9], ARGV[5], 'page.expired', ARGV[6], '{"id":"' .. id .. '","version":' .. version .. '}')
    end
  end
end
save()
add('ZADD', KEYS[3], early)
add_new(KEYS[3], entries)
add('ZADD', KEYS[4], noted)
local next_one = call('ZRANGE', KEYS[4], '(0', '+inf', 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')
return {'ok', cost, next_one[2] or '', kinds(entries)}
