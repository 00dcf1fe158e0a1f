-- Replaces what an entry holds, if its version is still the expected one.
-- KEYS index, entries. ARGV id, expected version, score or '' to keep it, 'keep' or 'replace' the metadata, the new leaves.
-- Answers {'updated', version} | {'conflict', current version} | {'missing'}.
local entry = call('HGET', KEYS[2], ARGV[1])
if not entry then return {'missing'} end
local version, score, leaves = parse(entry)
if version ~= ARGV[2] then return {'conflict', version} end
if ARGV[3] ~= '' then
  score = ARGV[3]
  call('ZADD', KEYS[1], score, ARGV[1])
end
if ARGV[4] == 'replace' then leaves = ARGV[5] end
return {'updated', save(KEYS[2], ARGV[1], version, score, leaves)}
