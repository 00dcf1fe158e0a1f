-- How a record stands: {"created":N,"revision":N,"listed":[…],"record":…}, both numbers from the resource's sequence.
-- In the lists that hold it, its member is `created` in 16 digits and its id, its score the instant at which it expires.

local function parse(stored)
  return (stored or ''):match('^{"created":(%d+),"revision":(%d+),')
end

local function member_of(created, id)
  return string.format('%016d', created) .. id
end

-- Redis's own time in milliseconds: records live by it, whatever the caller's clock says.
local function now_ms()
  local now = call('TIME')
  return string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000))
end

-- Takes some of what has expired out of a list. It also makes sure that the key holds a list before anything is written.
local function prune(list, now)
  local expired = call('ZRANGE', list, '-inf', '(' .. now, 'BYSCORE', 'LIMIT', 0, 20)
  if #expired > 0 then call('ZREM', list, unpack(expired)) end
end
