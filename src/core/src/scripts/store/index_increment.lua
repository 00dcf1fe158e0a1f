-- Adds to a number among the metadata of an entry, which begins at zero where there is none, and raises the version.
-- KEYS entries. ARGV id, path, amount. Answers {'incremented', version, sum as text} | {'missing'} | {'shape', path in the way}.
local id, path = ARGV[1], ARGV[2]
local header = call('HGET', KEYS[1], field(id))
if not header then return {'missing'} end
local version, paths = parse(header)

-- An object cannot be added to, and nothing lies under a leaf, except under an empty object, which then is none any more.
local kept, is_new = {}, true
for _, other in ipairs(paths) do
  local is_above = path:sub(1, #other + 1) == other .. '.'
  if other:sub(1, #path + 1) == path .. '.' or (is_above and call('HGET', KEYS[1], field(id, other)) ~= '{}') then
    return {'shape', other}
  end
  if other == path then is_new = false end
  if not is_above then kept[#kept + 1] = other end
end

local sum = increment(KEYS[1], field(id, path), ARGV[3])
if type(sum) ~= 'string' then return sum end
for _, other in ipairs(paths) do
  if path:sub(1, #other + 1) == other .. '.' then call('HDEL', KEYS[1], field(id, other)) end
end
if is_new then kept[#kept + 1] = path end
version = string.format('%.0f', version + 1)
save_header(KEYS[1], id, version, kept)
return {'incremented', version, sum}
