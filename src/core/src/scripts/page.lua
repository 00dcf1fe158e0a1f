-- Reads a page: what a conditional request needs of it, and one of its texts unless the reader has that already. It only reads.
-- KEYS 1 meta, 2 the text, 3 gone, 4 where the reader may see only what is public: that text without a word of what is not.
-- ARGV id, how many ids of pages that it shows are wanted, then the hashes that the reader has, or '*'.
-- Answers {hash, path, version, last edited time, exported at in ms, lists, those ids, removed at in ms or nil,
--   'same' where the reader has it, text or nil}; all but the removal are nil where there is no such page, or none for the reader.
local ID = 36

local meta = redis.call('HMGET', KEYS[1], 'hash', 'path', 'version', 'last_edited_time', 'exported_at', 'parents', 'mentions',
  'visibility', 'public', 'public_version', 'public_at')
local visibility, public, text = meta[8], meta[9], KEYS[2]
if not meta[1] or KEYS[4] and visibility ~= 'public' then
  local removed = redis.call('ZSCORE', KEYS[3], (KEYS[4] and 'public:' or '') .. ARGV[1])
  return {false, false, false, false, false, false, false, removed, false, false}
end
if KEYS[4] then
  -- Nothing of this changes with what the reader does not get.
  meta[1], meta[3], meta[5] = public:match('%x+') or meta[1], meta[10] or '0', meta[11] or meta[5]
  if public:find('^%x') then
    text = KEYS[4]
    -- What it shows is not for the reader to know.
    meta[7] = ''
  end
end
meta[11] = nil
meta[7] = (meta[7] or ''):sub(1, ARGV[2] * (ID + 1) - 1)
meta[8] = false
for i = 3, #ARGV do
  if ARGV[i] == meta[1] or ARGV[i] == '*' then
    meta[9], meta[10] = 'same', false
    return meta
  end
end
meta[9], meta[10] = '', redis.call('GET', text)
return meta
