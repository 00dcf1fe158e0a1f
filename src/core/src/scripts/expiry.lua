-- When what is stored goes by itself. The last of ARGV is the time to live in ms; '' for none;
-- or 'removed' for none where what was stored before may have one.
-- The sorted set `expiry` has until when each object lives; 0 where it is known to be gone.

local ttl = table.remove(ARGV)

-- Has a key live from now on that was just written.
local function live(key)
  if ttl ~= '' and ttl ~= 'removed' then return call('PEXPIRE', key, ttl) end
end

-- Has an object live from now on, unless it has gone already: then it is found at its time, and written in full.
-- was_gone says that it is written after it had expired; keys are its own, and those of what a page has beside its document.
local function renew(expiry, now, member, was_gone, keys)
  if ttl == 'removed' or ttl == '' and was_gone then
    for _, key in ipairs(keys) do call('PERSIST', key) end
    call('ZREM', expiry, member)
  elseif live(keys[1]) == 1 then
    for i = 2, #keys do live(keys[i]) end
    call('ZADD', expiry, string.format('%.0f', now + ttl), member)
  end
end
