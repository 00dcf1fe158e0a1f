-- Writes one part of a large document at its offset; writing it twice changes nothing.
-- An abandoned stage goes away after an hour.
-- KEYS lease, state, stage. ARGV header, 5 offset in bytes, 6 the part.
local verdict = refused()
if verdict then return {verdict, cost} end
accept()
call('SETRANGE', KEYS[3], ARGV[5], ARGV[6])
call('PEXPIRE', KEYS[3], 3600000)
return {'ok', cost}
