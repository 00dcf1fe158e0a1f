-- Reads events of some types. It only reads, and looks at 1,000 events at most.
-- KEYS stream. ARGV order ('newest' or 'oldest'), the ids to begin and to end with in that order, limit, then the types.
-- Answers {cursor or '' at the end, {{id, {field, value, ...}}, ...}}.
local BATCH, MOST = 100, 1000
local command = ARGV[1] == 'newest' and 'XREVRANGE' or 'XRANGE'
local first, limit, wanted = ARGV[2], tonumber(ARGV[4]), {}
for i = 5, #ARGV do wanted[ARGV[i]] = true end

local function type_of(fields)
  for i = 1, #fields, 2 do
    if fields[i] == 'type' then return fields[i + 1] end
  end
end

local events, looked_at = {}, 0
while looked_at < MOST do
  local part = redis.call(command, KEYS[1], first, ARGV[3], 'COUNT', BATCH)
  for _, event in ipairs(part) do
    if wanted[type_of(event[2])] then events[#events + 1] = event end
    if #events == limit then return {event[1], events} end
  end
  if #part < BATCH then return {'', events} end
  first = '(' .. part[#part][1]
  looked_at = looked_at + #part
end
return {first:sub(2), events}
