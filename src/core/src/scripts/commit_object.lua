-- One database or data source: the object, its summary, its place among its parent's children, and what it led to.
-- KEYS 1 lease, 2 state, 3 frontier, 4 rebuild, 5 takes, 6 listed, 7 known, 8 errors, 9 seen, 10 owners,
--   11 object, 12 meta, 13 summaries, 14 its children,
--   15 the mentions of it, then the sorted sets that list it, and those that no longer do.
-- ARGV header, 5 member, 6 version of it, 7 number of the export, 8 now, 9 owner of what it led to or '', 10 id,
--   11 ancestors, 12 parents, 13 summary, 14 created ms, 15 object, 16 face, 17 the owner that it was
--   built with ('' none, '=' it needs none), 18..19 how many keys of the two last kinds,
--   then the members that it led to.
local verdict = refused()
if verdict then return {verdict, cost} end
accept()
local old = call('HMGET', KEYS[12], 'ancestors', 'face')
call('SET', KEYS[11], ARGV[15])
call('HSET', KEYS[12], 'ancestors', ARGV[11], 'parents', ARGV[12], 'face', ARGV[16], 'exported_at', ARGV[8])
call('HSET', KEYS[13], ARGV[5], ARGV[13])
if old[1] ~= ARGV[11] then queue(call('ZRANGE', KEYS[14], 0, -1), ARGV[8], KEYS[4]) end
if old[2] ~= ARGV[16] then queue(call('SMEMBERS', KEYS[15]), ARGV[8], KEYS[4]) end
-- Below 0, so that a list of pages passes it over.
local score = -1 - tonumber(ARGV[14])
for i = 1, tonumber(ARGV[18]) do call('ZADD', KEYS[15 + i], score, ARGV[5]) end
for i = 1, tonumber(ARGV[19]) do call('ZREM', KEYS[15 + ARGV[18] + i], ARGV[5]) end
built(ARGV[5], KEYS[4], KEYS[5])
settle(ARGV[5], ARGV[6], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8])
check_owner(ARGV[5], ARGV[17], ARGV[8], KEYS[4], KEYS[10])
found(slice(20, #ARGV), ARGV[9], ARGV[7], ARGV[8], KEYS[3], KEYS[4], KEYS[9], KEYS[10])
return {'ok', cost}
