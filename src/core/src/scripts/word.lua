-- Leaves word of an object that is not stored yet, so that what is found below it can be told to be in scope, and does not go
-- for the word that the object left when it was in the trash.
-- KEYS lease, summaries. ARGV header, 5 member, 6 the word.
local verdict = refused()
if verdict then return {verdict, cost} end
accept()
call('HSET', KEYS[2], ARGV[5], ARGV[6])
return {'ok', cost}
