-- Takes a page out of the store that Notion itself shows as trashed: nothing serves, lists or names it any more.
-- Its path is free, who mentions it and what lies under it is built again, and it is fetched anew if it comes back.
-- KEYS 1 lease, 2 records, 3 frontier, 4 listed, 5 errors, 6 document, 7 meta, 8 summaries, 9 pages, 10 slugs,
--   11 events, 12 version, 13 the mentions of it, 14 its children, then the sorted sets that list it,
--   and the mentions that it makes.
-- ARGV header, 5 to 7 as in work.lua, 8 member, 9 run, 10 id, 11 path or '', 12 how many sorted sets list it.
local verdict = refused()
if verdict == 'stale' then return {verdict, cost} end
if verdict then return ended(verdict) end
accept()
local member, now, id, path = ARGV[8], ARGV[7], ARGV[10], ARGV[11]
load({member})
local is_stored = call('DEL', KEYS[6], KEYS[7]) > 0
if is_stored then
  local version = call('INCR', KEYS[12])
  announce(KEYS[11], now, 'page.deleted', ARGV[9], '{"id":"' .. id .. '","version":' .. version .. '}')
  call('HDEL', KEYS[8], member)
  call('ZREM', KEYS[9], member)
  if path ~= '' and call('HGET', KEYS[10], path) == id then call('HDEL', KEYS[10], path) end
  queue(call('SMEMBERS', KEYS[13]), member)
  queue(call('ZRANGE', KEYS[14], 0, -1), member)
  for i = 15, #KEYS do
    call(i < 15 + tonumber(ARGV[12]) and 'ZREM' or 'SREM', KEYS[i], member)
  end
end
built(member)
settle(member, '?')
flush()
return ended('ok', is_stored)
