-- Replaces what an entry holds, if its version is still the expected one.
-- KEYS index, entries. ARGV id, expected version, score or '' to keep it, 'keep' or 'replace' the metadata,
--   then the new leaves: path, JSON, path, JSON.
-- Answers {'updated', version} | {'conflict', current version} | {'missing'}.
local id, header = ARGV[1], call('HGET', KEYS[2], field(ARGV[1]))
if not header then return {'missing'} end
local version, paths = parse(header)
if version ~= ARGV[2] then return {'conflict', version} end
version = string.format('%.0f', version + 1)
if ARGV[3] ~= '' then call('ZADD', KEYS[1], ARGV[3], id) end
if ARGV[4] == 'keep' then
  save_header(KEYS[2], id, version, paths)
else
  add('HDEL', KEYS[2], leaf_fields(id, paths))
  save(KEYS[2], id, version, 5)
end
return {'updated', version}
