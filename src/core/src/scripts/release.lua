-- Ends a run: saves the state, gives the lease back, with word of when it would have ended, and takes back the count of what was merely cut by the budget.
-- KEYS lease, records. ARGV header, 5 not_before in ms or 0, 6 the same as far as Notion asked for it,
--   7 the number that the run was given and did not use, or '', then the entries of the frontier that were cut.
local verdict = refused()
if verdict then return {verdict, cost} end
-- The number goes back, unless an order has taken a later one.
if ARGV[7] == last_number then last_number = string.format('%.0f', last_number - 1) end
call('HSET', KEYS[1], 'sequence', sequence, 'until', 0, 'was_until', ARGV[3], 'not_before', ARGV[5], 'paused_until', ARGV[6],
  'number', last_number, 'state', ARGV[4])
local members, counts = {}, {}
for i = 8, #ARGV do
  local rebuild, member = ARGV[i]:match('^(~?)(.*)$')
  members[#members + 1] = member
  counts[#counts + 1] = rebuild == '~' and 'rebuilds' or 'takes'
end
load(members)
for i, member in ipairs(members) do
  local record = change(member)
  record[counts[i]] = string.format('%.0f', record[counts[i]] - 1)
end
save()
return {'ok', cost}
