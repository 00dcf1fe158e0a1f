-- Ends the work on a member without writing its document, or puts it off.
-- KEYS lease, records, frontier, listed, errors, leaving, summaries, and where what is stored lives on with that 8 expiry, then
--   the keys that do; or where a rule says what is public and a page could not be built again 8 those that are at an instant.
-- ARGV header, 5 to 7 as in work.lua, 8 member, 9 version: where it is forgotten, the word goes that it left as it went,
--   10 error or '', 11 when to try again in ms or '' for not at all,
--   12 'counted' or 'forgotten': whether its takes count when it is tried again, or 'unseen': the same as forgotten,
--     and it is another connection that does not see it than had stored it,
--   13 since when it is missing, in ms, where that is to be noted,
--   14 'built' where it lives on by being built again, 15 the time to live, as in expiry.lua.
local verdict = refused()
if verdict == 'stale' or verdict == 'early' then return {verdict, cost} end
if verdict then return ended(verdict) end
accept()
local member = ARGV[8]
load({member})
if ARGV[9] == '~' and KEYS[8] then
  call('ZADD', KEYS[8], 'LT', ARGV[11], member)
elseif KEYS[8] and ARGV[14] == 'built' then
  rebuild(member)
elseif KEYS[8] then
  renew(KEYS[8], ARGV[7], member, false, {unpack(KEYS, 9)})
end
if ARGV[11] == '' or ARGV[9] == '~' then
  settle(member, ARGV[9])
else
  call('ZADD', KEYS[3], 'XX', ARGV[11], member)
  if ARGV[12] ~= 'counted' then
    change(member).takes = '0'
    -- It may be another object by then, or none.
    if has(records[member], 'l') then call('HDEL', KEYS[4], member) end
    unmark(member, 'l')
  end
end
if ARGV[12] == 'unseen' then mark(member, 'o') end
if ARGV[9] == '-' then call('HDEL', KEYS[7], member) end
if ARGV[13] ~= '' then
  change(member).missing = ARGV[13]
  if member:find('^page:') then call('ZADD', KEYS[6], ARGV[13], member) end
end
if ARGV[10] ~= '' then
  mark(member, 'e')
  call('HSET', KEYS[5], member, ARGV[10])
end
flush()
return ended('ok')
