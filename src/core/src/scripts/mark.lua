-- Saves the state at a turning point of the export, with an event.
-- KEYS lease, events. ARGV header, 5 now, 6 run, 7 event type, 8 event data as JSON.
local verdict = refused()
if verdict then return {verdict, cost} end
accept()
announce(KEYS[2], ARGV[5], ARGV[7], ARGV[6], ARGV[8])
return {'ok', cost}
