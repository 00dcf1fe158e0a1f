-- When what is stored goes by itself. The last of ARGV is the time to live in ms; '' for none;
-- or 'removed' for none where what was stored before may have one.
-- The sorted set `expiry` has until when each object lives; 0 where it is known to be gone.

local ttl = table.remove(ARGV)

-- Has a key live from now on that was just written.
local function live(key)
  if ttl ~= '' and ttl ~= 'removed' then return call('PEXPIRE', key, ttl) end
end

-- Has an object live from now on, unless it has gone already: then it is found at its time, and written in full.
-- was_gone says that it is written after it had expired; comments is the key of those of a page.
local function renew(expiry, now, member, was_gone, document, comments)
  if ttl == 'removed' or ttl == '' and was_gone then
    call('PERSIST', document)
    if comments then call('PERSIST', comments) end
    call('ZREM', expiry, member)
  elseif live(document) == 1 then
    if comments then live(comments) end
    call('ZADD', expiry, string.format('%.0f', now + ttl), member)
  end
end
