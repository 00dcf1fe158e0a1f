-- Writes a record, if its revision is still the expected one.
-- KEYS record, sequence, list of all, then the lists that hold it, then those that no longer do.
-- ARGV expected revision or '' where there must be none, when it expires in ms, 'never', or 'keep', id,
--   the text of the record behind its header, how many lists hold it, then 'unique' or 'many' for each of these.
-- Answers {'written'} | {'changed', what stands there or nil} | {'taken', number of the unique list that holds another}.
local expires, id, lists = ARGV[2], ARGV[3], tonumber(ARGV[5])
local stored = call('GET', KEYS[1])
local created, revision = parse(stored)
if (revision or (stored and 'foreign') or '') ~= ARGV[1] then return {'changed', stored} end
local now = now_ms()
for i = 3, #KEYS do prune(KEYS[i], now) end
for i = 1, lists do
  if ARGV[5 + i] == 'unique' then
    for _, member in ipairs(call('ZRANGE', KEYS[3 + i], now, '+inf', 'BYSCORE', 'LIMIT', 0, 2)) do
      if member:sub(17) ~= id then return {'taken', i} end
    end
  end
end

local next_revision = string.format('%.0f', call('INCR', KEYS[2]))
created = created or next_revision
local text = '{"created":' .. created .. ',"revision":' .. next_revision .. ',' .. ARGV[4]
local member, score = member_of(created, id), expires
if expires == 'keep' then
  local at = call('PEXPIRETIME', KEYS[1])
  score = at < 0 and 'inf' or string.format('%.0f', at)
  call('SET', KEYS[1], text, 'KEEPTTL')
elseif expires == 'never' then
  score = 'inf'
  call('SET', KEYS[1], text)
else
  call('SET', KEYS[1], text, 'PXAT', expires)
end

call('ZADD', KEYS[3], score, member)
for i = 4, 3 + lists do
  -- A list of what expires goes with the last of it: nobody else would remove one that no write touches again.
  local lives = call('PTTL', KEYS[i])
  call('ZADD', KEYS[i], score, member)
  if score == 'inf' then
    if lives >= 0 then call('PERSIST', KEYS[i]) end
  elseif lives == -2 then
    call('PEXPIREAT', KEYS[i], score)
  elseif lives >= 0 then
    call('PEXPIREAT', KEYS[i], score, 'GT')
  end
end
for i = 4 + lists, #KEYS do call('ZREM', KEYS[i], member) end
return {'written'}
