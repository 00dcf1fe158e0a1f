-- One page: its document, meta, indexes, path, event, frontier and progress change together, or not at all.
-- KEYS 1 lease, 2 state, 3 frontier, 4 rebuild, 5 takes, 6 listed, 7 known, 8 errors, 9 seen, 10 owners,
--   11 document, 12 meta, 13 summaries, 14 pages, 15 slugs, 16 redirects, 17 events, 18 version, 19 stage,
--   20 the page's mentions, 21 its children, then the sorted sets that list it, those that no longer do,
--   the mentions it makes, and those it no longer makes.
-- ARGV header, 5 member, 6 version of it, 7 number of the export, 8 now, 9 run, 10 id, 11 hash, 12 path, 13 face,
--   14 ancestors, 15 mentions, 16 parents, 17 summary, 18 last edited ms, 19 created ms, 20 last edited time,
--   21 size in bytes, 22 document or '' where it is staged, 23 the owner that it was built with ('' none, '=' it needs none),
--   24..27 how many keys of the four last kinds, 28 how many members its own blocks hold,
--   then those, then the members that only its synced copies show.
-- Answers {'taken', cost} where another page has the path, {'ok', cost, 1 if content changed}.
local verdict = refused()
if verdict then return {verdict, cost, 0} end
local id, path, now = ARGV[10], ARGV[12], ARGV[8]
local holder = call('HGET', KEYS[15], path)
if holder and holder ~= id then return {'taken', cost, 0} end
accept()

local old = call('HMGET', KEYS[12], 'hash', 'path', 'face', 'ancestors')
local changed = old[1] ~= ARGV[11]
if changed then
  if ARGV[22] == '' then
    call('RENAME', KEYS[19], KEYS[11])
    call('PERSIST', KEYS[11])
  else
    call('SET', KEYS[11], ARGV[22])
  end
  local version = call('INCR', KEYS[18])
  call('HSET', KEYS[12], 'hash', ARGV[11], 'path', path, 'face', ARGV[13], 'ancestors', ARGV[14],
    'mentions', ARGV[15], 'parents', ARGV[16], 'version', version, 'size', ARGV[21],
    'last_edited_time', ARGV[20], 'exported_at', now)
  announce(KEYS[17], now, old[1] and 'page.updated' or 'page.created', ARGV[9],
    '{"id":"' .. id .. '","version":' .. version .. '}')
  if old[2] ~= path then
    call('HSET', KEYS[15], path, id)
    call('HDEL', KEYS[16], path)
    if old[2] then
      call('HDEL', KEYS[15], old[2])
      call('HSET', KEYS[16], old[2], id)
    end
  end
  if old[3] ~= ARGV[13] then queue(call('SMEMBERS', KEYS[20]), now, KEYS[4]) end
  if old[4] ~= ARGV[14] then queue(call('ZRANGE', KEYS[21], 0, -1), now, KEYS[4]) end
else
  call('HSET', KEYS[12], 'last_edited_time', ARGV[20], 'exported_at', now)
end
call('HSET', KEYS[13], ARGV[5], ARGV[17])
call('ZADD', KEYS[14], ARGV[18], ARGV[5])

local key = 21
local function each(count, apply)
  for _ = 1, tonumber(count) do
    key = key + 1
    apply(KEYS[key])
  end
end
each(ARGV[24], function(index) call('ZADD', index, ARGV[19], ARGV[5]) end)
each(ARGV[25], function(index) call('ZREM', index, ARGV[5]) end)
each(ARGV[26], function(mentions) call('SADD', mentions, ARGV[5]) end)
each(ARGV[27], function(mentions) call('SREM', mentions, ARGV[5]) end)

built(ARGV[5], KEYS[4], KEYS[5])
settle(ARGV[5], ARGV[6], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8])
check_owner(ARGV[5], ARGV[23], now, KEYS[4], KEYS[10])
local last = 28 + tonumber(ARGV[28])
found(slice(29, last), id, ARGV[7], now, KEYS[3], KEYS[4], KEYS[9], KEYS[10])
found(slice(last + 1, #ARGV), '', ARGV[7], now, KEYS[3], KEYS[4], KEYS[9], KEYS[10])
return {'ok', cost, changed and 1 or 0}
