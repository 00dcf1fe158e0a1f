-- Ends a run: saves the state, gives the lease back, and takes back the count of what was merely cut by the budget.
-- KEYS lease, state, takes. ARGV header, 5 not_before in ms or 0, then the members that were cut.
local verdict = refused()
if verdict then return {verdict, cost} end
call('HSET', KEYS[1], 'sequence', ARGV[2], 'until', 0, 'not_before', ARGV[5])
call('SET', KEYS[2], ARGV[4])
for i = 6, #ARGV do call('HINCRBY', KEYS[3], ARGV[i], -1) end
return {'ok', cost}
