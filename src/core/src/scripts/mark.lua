-- Saves the state at a turning point of the export, with an event, and takes the orders away that are carried out with it.
-- KEYS lease, events, history, frontier, the frontier of an urgent export. ARGV header, 5 now, 6 run, 7 event type,
--   8 event data as JSON, 9 what the history is to say of the export or '', 10 how many the history keeps,
--   11 what becomes of the urgent frontier: 'kept' what is left of it, 'dropped' what is to be fetched of that, or '',
--   then the numbers whose orders are carried out. Answers {'ok', cost, how many orders were}.
local verdict = refused()
if verdict then return {verdict, cost} end
accept()
announce(KEYS[2], ARGV[5], ARGV[7], ARGV[6], ARGV[8])
if ARGV[9] ~= '' then
  call('LPUSH', KEYS[3], ARGV[9])
  call('LTRIM', KEYS[3], 0, ARGV[10] - 1)
end
-- What goes before every instant is to be built again.
if ARGV[11] == 'dropped' then call('ZREMRANGEBYSCORE', KEYS[5], '(2', '+inf') end
if ARGV[11] ~= '' then
  -- What is to be read again at some time may wait there already; of what is to be built again the higher goes first.
  local left, entries = call('ZRANGE', KEYS[5], 0, -1, 'WITHSCORES'), {LT = {}, GT = {}}
  for i = 1, #left, 2 do
    local into = left[i]:find('^~') and entries.GT or entries.LT
    into[#into + 1] = left[i + 1]
    into[#into + 1] = left[i]
  end
  for which, of in pairs(entries) do
    for first = 1, #of, PART do
      call('ZADD', KEYS[4], which, unpack(of, first, math.min(first + PART - 1, #of)))
    end
  end
  call('DEL', KEYS[5])
end
local is_carried_out, carried_out, kept = {}, 0, {}
for i = 12, #ARGV do is_carried_out[ARGV[i]] = true end
for line in orders:gmatch('[^\n]+') do
  if is_carried_out[line:match('^%d+')] then
    carried_out = carried_out + 1
  else
    kept[#kept + 1] = line .. '\n'
  end
end
if carried_out > 0 then call('HSET', KEYS[1], 'orders', table.concat(kept)) end
return {'ok', cost, carried_out}
