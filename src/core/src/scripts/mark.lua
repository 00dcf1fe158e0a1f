-- Saves the state at a turning point of the export, with an event.
-- KEYS lease, state, events. ARGV header, 5 now, 6 run, 7 event type, 8 event data as JSON.
local verdict = refused()
if verdict then return {verdict, cost} end
accept()
call('XADD', KEYS[3], 'MAXLEN', '~', 10000, '*', 'ts', ARGV[5], 'type', ARGV[7], 'runId', ARGV[6], 'data', ARGV[8])
return {'ok', cost}
