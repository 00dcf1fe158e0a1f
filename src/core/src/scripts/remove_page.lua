-- Takes a page out of the store that Notion itself shows as trashed: nothing serves, lists or names it any more.
-- Its path is free, who mentions it and what lies under it is built again, and it is fetched anew if it comes back.
-- KEYS 1 lease, 2 state, 3 frontier, 4 rebuild, 5 takes, 6 listed, 7 known, 8 errors,
--   9 document, 10 meta, 11 summaries, 12 pages, 13 slugs, 14 events, 15 version, 16 the mentions of it, 17 its children,
--   then the sorted sets that list it, and the mentions that it makes.
-- ARGV header, 5 member, 6 now, 7 run, 8 id, 9 path or '', 10 how many sorted sets list it.
local verdict = refused()
if verdict then return {verdict, cost} end
accept()
local member, now, id, path = ARGV[5], ARGV[6], ARGV[8], ARGV[9]
if call('DEL', KEYS[9], KEYS[10]) > 0 then
  local version = call('INCR', KEYS[15])
  announce(KEYS[14], now, 'page.deleted', ARGV[7], '{"id":"' .. id .. '","version":' .. version .. '}')
  call('HDEL', KEYS[11], member)
  call('ZREM', KEYS[12], member)
  if path ~= '' and call('HGET', KEYS[13], path) == id then call('HDEL', KEYS[13], path) end
  queue(call('SMEMBERS', KEYS[16]), now, KEYS[4])
  queue(call('ZRANGE', KEYS[17], 0, -1), now, KEYS[4])
  for i = 18, #KEYS do
    call(i < 18 + tonumber(ARGV[10]) and 'ZREM' or 'SREM', KEYS[i], member)
  end
end
settle(member, '?', KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8])
built(member, KEYS[4], KEYS[5])
return {'ok', cost}
