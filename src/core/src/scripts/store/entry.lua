-- How an entry of an index stands in the hash, under its id: version and score on one line, then path and JSON of each leaf
-- of its metadata, each on a line of its own. A path begins with a dot, which no JSON does; neither holds a line break.
-- The field without a name, which is no id, holds the highest version of an entry that was removed.

local MARK = ''

local function parse(entry)
  local version, score, leaves = entry:match('^(%d+) (%S+)(.*)$')
  return version or '0', score or '0', leaves or ''
end

local function save(key, id, version, score, leaves)
  version = string.format('%.0f', version + 1)
  call('HSET', key, id, version .. ' ' .. score .. leaves)
  return version
end
