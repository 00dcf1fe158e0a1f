-- Notes which copies of files no page shows: those that are going to be made, until a commit shows them, and no longer those that are deleted.
-- KEYS lease, the keys of such files. ARGV header, 5 SADD or SREM, then the keys.
local verdict = refused()
if verdict then return {verdict, cost} end
accept()
add(ARGV[5], KEYS[2], slice(6, #ARGV))
return {'ok', cost}
