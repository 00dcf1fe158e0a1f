-- Hands out work where none ends that could hand it out with its end.
-- KEYS lease, records, frontier, listed, errors, leaving. ARGV header, 5 to 7 as in work.lua.
local verdict = refused()
if verdict == 'stale' or verdict == 'early' then return {verdict, cost} end
if not verdict then accept() end
return ended(verdict or 'ok')
