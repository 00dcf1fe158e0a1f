-- Hands out what is due, and counts that before its first request: what kills a run is found by its count.
-- A rebuild has a count of its own, under '~' and the member: it fails for other reasons than a fetch.
-- The frontier goes first; pages wait for their rebuild until it gives nothing and nothing is being fetched.
-- KEYS lease, state, frontier, rebuild, takes, listed, known, owners.
-- ARGV header, 5 now, 6 how many at most, then the members which are being worked on.
-- Answers {'ok', cost, frontier size, rebuild size, next due or '', source, then for each: member, takes, JSON,
--   version ('-' where the member was never settled), owner}.
local verdict = refused()
if verdict == 'stale' then return {verdict, cost} end
if not verdict then accept() end

local active, wanted = {}, tonumber(ARGV[6])
for i = 7, #ARGV do active[ARGV[i]] = true end
local members, source, mark = {}, 'frontier', ''
local function fill(key)
  local due = call('ZRANGE', key, '-inf', ARGV[5], 'BYSCORE', 'LIMIT', 0, wanted + #ARGV - 6)
  for _, member in ipairs(due) do
    if not active[member] and #members < wanted then members[#members + 1] = member end
  end
end
fill(KEYS[3])
if #members == 0 and #ARGV == 6 then
  source, mark = 'rebuild', '~'
  fill(KEYS[4])
end

local first = call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')
local answer = {'ok', cost, call('ZCARD', KEYS[3]), call('ZCARD', KEYS[4]), first[2] or '', source}
if #members > 0 then
  local listed = fetch(KEYS[6], members)
  local known = fetch(KEYS[7], members)
  local owners = fetch(KEYS[8], members)
  for i, member in ipairs(members) do
    local takes = call('HINCRBY', KEYS[5], mark .. member, verdict and 0 or 1)
    for _, field in ipairs({member, takes, listed[i] or '', known[i] or '-', owners[i] or ''}) do
      answer[#answer + 1] = field
    end
  end
end
answer[2] = cost
return answer
