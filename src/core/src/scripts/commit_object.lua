-- One database or data source: the object, its summary, its place among its parent's children, and what it led to.
-- KEYS 1 lease, 2 records, 3 frontier, 4 listed, 5 errors, 6 leaving, 7 object, 8 meta, 9 summaries, 10 its children,
--   11 the mentions of it, 12 expiry, 13 files, 14 those that nothing shows, then the sorted sets that list it, and those that no longer do.
-- ARGV header, 5 to 7 as in work.lua, 8 member, 9 version of it, 10 number of the export, 11 ancestors, 12 parents,
--   13 summary, 14 created ms, 15 object, 16 face, 17 the owner that it was built with, as `check_owner` takes it,
--   18..19 how many keys of the two last kinds, then the members that it led to, what the export looks at,
--   its files as in files.lua, or 'kept', and last the time to live, as in expiry.lua.
local shown_files, looks_at = table.remove(ARGV), table.remove(ARGV)
local verdict = refused()
if verdict == 'stale' or verdict == 'early' then return {verdict, cost} end
if verdict then return ended(verdict) end
accept()
local member = ARGV[8]
local members = slice(20, #ARGV)
members[#members + 1] = member
load(members)
local old = call('HMGET', KEYS[8], 'ancestors', 'face', 'files')
call('SET', KEYS[7], ARGV[15])
call('HSET', KEYS[9], member, ARGV[13])
-- What lies below took it for a root while it was not stored.
local goes_first = is_withdrawn(old[1], ARGV[11])
if (old[1] or '[]') ~= ARGV[11] then queue(call('ZRANGE', KEYS[10], 0, -1), member, goes_first) end
if old[2] ~= ARGV[16] then queue(call('SMEMBERS', KEYS[11]), member, goes_first) end
-- Below 0, so that a list of pages passes it over.
local score = -1 - tonumber(ARGV[14])
for i = 1, tonumber(ARGV[18]) do call('ZADD', KEYS[14 + i], score, member) end
for i = 1, tonumber(ARGV[19]) do call('ZREM', KEYS[14 + ARGV[18] + i], member) end
set_files(KEYS[13], KEYS[14], KEYS[8], member:match('[^:]*$'), old[3], shown_files)
renew(KEYS[12], ARGV[7], member, records[member].version == EXPIRED, {KEYS[7]})
built(member)
settle(member, ARGV[9])
check_owner(member, ARGV[17])
found(20, #ARGV, '', ARGV[10], ARGV[9] == '~', looks_at)
flush()
-- Last of all, as in commit_page.lua.
call('HSET', KEYS[8], 'ancestors', ARGV[11], 'parents', ARGV[12], 'face', ARGV[16], 'exported_at', ARGV[7])
return ended('ok')
