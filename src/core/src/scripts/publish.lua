-- Puts a page where those find it who may read only what is public, or takes it away from there.
-- KEYS 27 the pages that anyone may read, 28 what lists show of them, 29 those that become public by themselves,
--   30 to 32 document, HTML and Markdown without a word of what is not public, 33 to 35 the stages of those,
--   36 the version and 37 the events that those are told of, 38 gone.
-- ARGV 28 whether anyone may read it ('public', 'scheduled', 'draft', or '' where no rule says that), 29 when it becomes public in ms,
--   or '', 30 what lists show of it, 31 the hash of what those get: of these three texts, or after '=' of all that the page has;
--   '' where they get nothing.
-- Those are told of an event where what they get has changed, and of no other version: what else changes in the page, or with
-- pages that are not public, shows nowhere.
local GONE = 30 * 24 * 3600 * 1000

-- What an event tells of who may read the page, and who could before.
local function seen_by(visibility, former)
  local told = visibility ~= '' and ',"visibility":"' .. visibility .. '"' or ''
  if former and former ~= visibility then told = told .. ',"was":"' .. former .. '"' end
  return told
end

-- Tells those what became of a page of which they got `former` at `path`, if they did.
local function publicly(id, now, former, path)
  local visibility, edition = ARGV[28], ARGV[31]
  local kind
  if visibility == 'public' then
    if not former then kind = 'page.created' elseif edition:match('%x+') ~= former:match('%x+') then kind = 'page.updated' end
  elseif former then
    kind = 'page.deleted'
    -- Taken back or deleted: they are not to learn which.
    if visibility ~= '' then
      call('ZADD', KEYS[38], now, 'public:' .. id)
      call('ZREMRANGEBYSCORE', KEYS[38], '-inf', string.format('%.0f', now - GONE))
      call('HSET', KEYS[12], path, id)
    end
  end
  if not kind then return end
  local version = call('INCR', KEYS[36])
  announce(KEYS[37], now, kind, ARGV[11], '{"id":"' .. id .. '","version":' .. version .. '}')
  call('HSET', KEYS[8], 'public_version', version, 'public_at', now)
end

-- What is built again from the store may have an older time than the index.
local function publish(member, id, now, former, path, is_written, is_rebuild)
  local visibility, hash = ARGV[28], ARGV[31]
  if visibility == 'public' then
    local edited = is_rebuild and call('ZSCORE', KEYS[10], member) or ARGV[20]
    call('ZADD', KEYS[27], edited, member)
    call('HSET', KEYS[28], member, ARGV[30])
  else
    call('ZREM', KEYS[27], member)
    call('HDEL', KEYS[28], member)
  end
  if ARGV[29] ~= '' then
    call('ZADD', KEYS[29], ARGV[29], member)
  else
    call('ZREM', KEYS[29], member)
  end
  if not is_written then return end
  if hash:find('^%x') then
    for i = 30, 32 do
      call('RENAME', KEYS[i + 3], KEYS[i])
      call('PERSIST', KEYS[i])
    end
  else
    call('DEL', KEYS[30], KEYS[31], KEYS[32])
  end
  publicly(id, now, former, path)
  if visibility == '' then
    call('HDEL', KEYS[8], 'visibility', 'public', 'public_version', 'public_at')
  else
    call('HSET', KEYS[8], 'visibility', visibility, 'public', hash)
  end
end
