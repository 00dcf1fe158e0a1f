-- What the exporter knows of each object, in one field of the hash KEYS[2]: `seen|takes|rebuilds|marks|owner|above|missing|version`.
--   seen: the number of the export that saw it last.
--   takes, rebuilds: how often it was taken to be fetched, or to be built again, without an end.
--   marks: 'l' where a listing of it is kept, 'e' where an error is noted, 's' where it is to be read again whatever its version,
--     'b' where its document is large, and is built again alone, 't' where it went with what it lies under, which was in the trash,
--     'o' where a connection does not see it that is another one than had stored it: it stays until someone confirms that it goes.
--   owner: the id of the page whose blocks hold it, '?' none that the connection sees, '' not known.
--   above: the member that it lies in, as a listing showed it: what lies above goes first.
--   missing: since when Notion does not know it any more, in ms.
--   version: what the store holds: '-' it was never settled, '?' nothing, '' a version that no listing will equal,
--     '!' one that has expired: it is still listed, keeps its path, and is written again
--     whatever its content.
-- A script reads the records that it needs in one command, and writes those that it changed in another.

-- What is to be built again stands in the frontier as '~' and the member, by the instant less this: below zero,
-- so that the first of the frontier tells whether there is anything to do.
-- Databases and data sources come first: the rows below them take their ancestors from there, and are then built again once.
-- What shows something that was taken back from the public stands above zero and before every instant: it goes first of all,
-- and so does what becomes public at its time.
local REBUILD = 1e15

local function add_rebuild(entries, member, now, is_withdrawn)
  local rank = member:find('^page:') and 1 or 2
  entries[#entries + 1] = is_withdrawn and 3 - rank or string.format('%.0f', now - rank * REBUILD)
  entries[#entries + 1] = '~' .. member
end

-- What is to go first stays first, whatever else has it built again.
local function add_rebuilds(key, entries)
  for first = 1, #entries, PART do
    call('ZADD', key, 'GT', unpack(entries, first, math.min(first + PART - 1, #entries)))
  end
end

local EXPIRED = '!'

local records, changed = {}, {}

local function load(members)
  local new = {}
  for _, member in ipairs(members) do
    if not records[member] then
      new[#new + 1] = member
      records[member] = {}
    end
  end
  for i, text in ipairs(fetch(KEYS[2], new)) do
    local seen, takes, rebuilds, marks, owner, above, missing, version =
      (text or '|0|0|||||-'):match('^(.-)|(.-)|(.-)|(.-)|(.-)|(.-)|(.-)|(.*)$')
    if not seen then
      -- A store of an earlier version does not tell what lies above.
      seen, takes, rebuilds, marks, owner, missing, version = text:match('^(.-)|(.-)|(.-)|(.-)|(.-)|(.-)|(.*)$')
      above = ''
    end
    records[new[i]] = {
      seen = seen, takes = takes, rebuilds = rebuilds, marks = marks, owner = owner, above = above, missing = missing,
      version = version
    }
  end
end

-- The record, which is going to be changed.
local function change(member)
  changed[member] = true
  return records[member]
end

local function has(record, mark) return record.marks:find(mark, 1, true) ~= nil end

local function mark(member, letter)
  local record = records[member]
  if not has(record, letter) then change(member).marks = record.marks .. letter end
end

local function unmark(member, letter)
  local record = records[member]
  if has(record, letter) then change(member).marks = record.marks:gsub(letter, '') end
end

-- Whether the store holds any version of it.
local function is_stored(version) return version ~= '-' and version ~= '?' end

-- How many of the entries, score and member by turns, are pages, databases and data sources.
local function kinds(entries)
  local count = {page = 0, database = 0, data_source = 0}
  for i = 2, #entries, 2 do
    local kind = entries[i]:match('^[^:]+')
    count[kind] = (count[kind] or 0) + 1
  end
  return {count.page, count.database, count.data_source}
end

local function save()
  local fields = {}
  for member in pairs(changed) do
    local it = records[member]
    fields[#fields + 1] = member
    fields[#fields + 1] = table.concat({it.seen, it.takes, it.rebuilds, it.marks, it.owner, it.above, it.missing, it.version}, '|')
  end
  changed = {}
  add('HSET', KEYS[2], fields)
end
