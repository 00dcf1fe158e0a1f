-- How an entry of an index stands in the hash: one field for its header, one for each leaf of its metadata.

-- The length in front keeps the fields of different ids apart, whatever characters they hold.
local function field(id, path)
  return #id .. ':' .. id .. (path or '')
end

-- A header is the version, then each path after a line break; paths begin with a dot and hold no line break.
local function parse(header)
  local paths = {}
  for path in header:gmatch('\n([^\n]*)') do paths[#paths + 1] = path end
  return header:match('^%d+'), paths
end

local function save_header(key, id, version, paths)
  local header = {version}
  for _, path in ipairs(paths) do header[#header + 1] = path end
  call('HSET', key, field(id), table.concat(header, '\n'))
end

local function leaf_fields(id, paths)
  local fields = {}
  for i, path in ipairs(paths) do fields[i] = field(id, path) end
  return fields
end

-- Writes the header, and the leaves that stand in ARGV from `first` on: path, JSON, path, JSON.
local function save(key, id, version, first)
  local header, fields = {version}, {}
  for i = first, #ARGV, 2 do
    header[#header + 1] = ARGV[i]
    fields[#fields + 1] = field(id, ARGV[i])
    fields[#fields + 1] = ARGV[i + 1]
  end
  fields[#fields + 1] = field(id)
  fields[#fields + 1] = table.concat(header, '\n')
  add('HSET', key, fields)
end

-- What is told of entries: {their ids and scores in turn as in `found`, their headers, the leaves of one after the other}.
local function told(key, found)
  local headers, fields = {}, {}
  for i = 1, #found, 2 do headers[#headers + 1] = field(found[i]) end
  local values = fetch(key, headers)
  for i, header in ipairs(values) do
    if header then
      for path in header:gmatch('\n([^\n]*)') do fields[#fields + 1] = headers[i] .. path end
    end
  end
  return {found, values, fetch(key, fields)}
end
