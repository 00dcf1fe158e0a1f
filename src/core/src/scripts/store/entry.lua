-- How an entry of an index stands in the hash, under its id: the version, then path and JSON of each leaf of its metadata,
-- each on a line of its own. A path begins with a dot, which no JSON does; neither holds a line break.
-- The field without a name, which is no id, holds the highest version of an entry that was removed.

local MARK = ''

local function parse(entry)
  local version, leaves = entry:match('^(%d+)(.*)$')
  return version or '0', leaves or ''
end

local function next_version(version)
  return string.format('%.0f', (version or 0) + 1)
end
