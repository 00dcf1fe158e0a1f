-- Ends a run: saves the state, gives the lease back, and takes back the count of what was merely cut by the budget.
-- KEYS lease, records. ARGV header, 5 not_before in ms or 0, then the members that were cut.
local verdict = refused()
if verdict then return {verdict, cost} end
call('HSET', KEYS[1], 'sequence', ARGV[2], 'until', 0, 'not_before', ARGV[5], 'state', ARGV[4])
local cut = slice(6, #ARGV)
load(cut)
for _, member in ipairs(cut) do
  local record = change(member)
  record.takes = string.format('%.0f', record.takes - 1)
end
save()
return {'ok', cost}
