-- Ends the work on a member without writing its document, or puts it off.
-- KEYS lease, state, frontier, rebuild, takes, listed, known, errors.
-- ARGV header, 5 member, 6 version, 7 error or '', 8 when to try again in ms or '' for not at all,
--   9 'counted' or 'forgotten': whether its takes count when it is tried again.
local verdict = refused()
if verdict then return {verdict, cost} end
accept()
if ARGV[8] ~= '' then
  call('ZADD', KEYS[3], 'XX', ARGV[8], ARGV[5])
  if ARGV[9] == 'forgotten' then call('HDEL', KEYS[5], ARGV[5]) end
else
  settle(ARGV[5], ARGV[6], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8])
end
if ARGV[7] ~= '' then call('HSET', KEYS[8], ARGV[5], ARGV[7]) end
return {'ok', cost}
