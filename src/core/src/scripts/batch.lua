-- Reads several documents at once, unless they are too large together. It only reads.
-- KEYS the documents; where the reader may see only what is public, behind each its meta, and the same without a word of what is not.
-- ARGV the most bytes, 'all' or 'public'. Answers 'all' and {document or nil, ...}, or only 'bytes'.
local wanted, places, found = {}, {}, {}
local step = ARGV[2] == 'public' and 3 or 1
for i = 1, #KEYS, step do
  local place = (i - 1) / step + 1
  found[place] = false
  local key = KEYS[i]
  if step == 3 then
    local visibility, hash = unpack(redis.call('HMGET', KEYS[i + 1], 'visibility', 'public'))
    if visibility ~= 'public' then key = nil elseif hash and hash:find('^%x') then key = KEYS[i + 2] end
  end
  if key then
    wanted[#wanted + 1] = key
    places[#places + 1] = place
  end
end
local bytes = 0
if #wanted > 0 then
  for i, text in ipairs(redis.call('MGET', unpack(wanted))) do
    found[places[i]] = text
    bytes = bytes + #(text or '')
  end
end
if bytes > tonumber(ARGV[1]) then return {'bytes'} end
return {'all', found}
