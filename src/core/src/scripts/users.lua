-- Some users of the workspace, each under a key of its own: those that a listing shows, and those that it showed no more.
-- KEYS 1 lease, 2 the users that are stored, with the export that saw each, then the users to write, then those that are gone.
-- ARGV header, 5 number of the export, 6 how many to write, then id and JSON of each, then the ids of those that are gone,
--   and last the time to live, as in expiry.lua.
local verdict = refused()
if verdict then return {verdict, cost} end
accept()
local values, fields, written = {}, {}, tonumber(ARGV[6])
for i = 1, written do
  values[#values + 1] = KEYS[2 + i]
  values[#values + 1] = ARGV[6 + 2 * i]
  fields[#fields + 1] = ARGV[5 + 2 * i]
  fields[#fields + 1] = ARGV[5]
end
if #values > 0 then call('MSET', unpack(values)) end
for i = 1, written do live(KEYS[2 + i]) end
add('HSET', KEYS[2], fields)
local keys = {}
for i = 3 + written, #KEYS do keys[#keys + 1] = KEYS[i] end
if #keys > 0 then call('DEL', unpack(keys)) end
add('HDEL', KEYS[2], slice(7 + 2 * written, #ARGV))
return {'ok', cost}
