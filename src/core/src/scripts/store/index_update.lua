-- Replaces what an entry holds, if its version is still the expected one.
-- KEYS index, entries. ARGV id, expected version, score or '' to keep it, 'keep' or 'replace' the metadata, the new leaves.
-- Answers {'updated', version} | {'conflict', current version} | {'missing'}.
local entry = call('HGET', KEYS[2], ARGV[1])
if not entry then return {'missing'} end
local version, leaves = parse(entry)
if version ~= ARGV[2] then return {'conflict', version} end
version = next_version(version)
if ARGV[3] ~= '' then call('ZADD', KEYS[1], ARGV[3], ARGV[1]) end
call('HSET', KEYS[2], ARGV[1], version .. (ARGV[4] == 'keep' and leaves or ARGV[5]))
return {'updated', version}
