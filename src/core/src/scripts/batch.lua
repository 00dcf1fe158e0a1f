-- Reads several documents at once, unless they are too large together. It only reads.
-- KEYS the documents. ARGV the most bytes. Answers 'all' and {document or nil, ...}, or only 'bytes'.
local texts, bytes = redis.call('MGET', unpack(KEYS)), 0
for i = 1, #KEYS do bytes = bytes + #(texts[i] or '') end
if bytes > tonumber(ARGV[1]) then return {'bytes'} end
return {'all', texts}
