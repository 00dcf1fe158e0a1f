-- Puts a page where those find it who may read only what is public, or takes it away from there.
-- KEYS 27 the pages that anyone may read, 28 what lists show of them, 29 those that become public by themselves,
--   30 to 32 document, HTML and Markdown without a word of what is not public, 33 to 35 the stages of those.
-- ARGV 28 whether anyone may read it ('public', 'scheduled', 'draft', or '' where no rule says that), 29 when it becomes public in ms,
--   or '', 30 what lists show of it, 31 the hash of those three texts, '' where there are none.

-- What an event tells of who may read the page, and who could before.
local function seen_by(visibility, former)
  local told = visibility ~= '' and ',"visibility":"' .. visibility .. '"' or ''
  if former and former ~= visibility then told = told .. ',"was":"' .. former .. '"' end
  return told
end

-- What is built again from the store may have an older time than the index.
local function publish(member, is_written, is_rebuild)
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
  if hash == '' then
    call('DEL', KEYS[30], KEYS[31], KEYS[32])
  else
    for i = 30, 32 do
      call('RENAME', KEYS[i + 3], KEYS[i])
      call('PERSIST', KEYS[i])
    end
  end
  if visibility == '' then
    call('HDEL', KEYS[8], 'visibility', 'public')
  else
    call('HSET', KEYS[8], 'visibility', visibility, 'public', hash)
  end
end
