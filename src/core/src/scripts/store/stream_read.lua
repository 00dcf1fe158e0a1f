-- Reads events of some types. It only reads, and looks at 1,000 events at most.
-- KEYS stream. ARGV order ('newest' or 'oldest'), the ids to begin and to end with in that order ('(' and the cursor to go on
--   behind it), limit, then the types.
-- Answers {cursor or '' at the end, {{id, {field, value, ...}}, ...}, 1 where the cursor's event is gone and others follow}.
local BATCH, MOST = 100, 1000
local command = ARGV[1] == 'newest' and 'XREVRANGE' or 'XRANGE'
local first, limit, wanted = ARGV[2], tonumber(ARGV[4]), {}
for i = 5, #ARGV do wanted[ARGV[i]] = true end

local function type_of(fields)
  for i = 1, #fields, 2 do
    if fields[i] == 'type' then return fields[i + 1] end
  end
end

-- Where what stood behind the cursor may have been cut off, so has the cursor's own event.
local cursor = ARGV[1] == 'oldest' and first:match('^%((.+)')
if cursor then first = cursor:find('-', 1, true) and cursor or cursor .. '-0' end
local events, looked_at, missed = {}, 0, 0
while looked_at < MOST do
  local part = redis.call(command, KEYS[1], first, ARGV[3], 'COUNT', BATCH)
  for i, event in ipairs(part) do
    local is_first = cursor and looked_at == 0 and i == 1
    if is_first and event[1] ~= first and first ~= '0-0' then missed = 1 end
    if wanted[type_of(event[2])] and not (is_first and event[1] == first) then events[#events + 1] = event end
    if #events == limit then return {event[1], events, missed} end
  end
  if #part < BATCH then return {'', events, missed} end
  first = '(' .. part[#part][1]
  looked_at = looked_at + #part
end
return {first:sub(2), events, missed}
