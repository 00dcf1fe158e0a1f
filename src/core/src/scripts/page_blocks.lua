-- The blocks of a page that are stored one by one, each under a key of its own.
-- They stand behind everything else: in KEYS the set of the page's blocks, the hash of the page that each block was stored for,
-- then the keys of those to write and of those that are gone; in ARGV id and JSON of each to write ('' where it is staged),
-- the ids of those that are gone, and how many of both kinds.

-- Takes them off KEYS and ARGV.
local function take_blocks()
  local gone, written = tonumber(table.remove(ARGV)), tonumber(table.remove(ARGV))
  local blocks = {ids = {}, texts = {}, keys = {}, gone = {}, gone_keys = {}}
  for i = gone, 1, -1 do
    blocks.gone[i], blocks.gone_keys[i] = table.remove(ARGV), table.remove(KEYS)
  end
  for i = written, 1, -1 do
    blocks.texts[i] = table.remove(ARGV)
    blocks.ids[i], blocks.keys[i] = table.remove(ARGV), table.remove(KEYS)
  end
  blocks.pages = table.remove(KEYS)
  blocks.set = table.remove(KEYS)
  return blocks
end

local function each_part(command, values)
  for first = 1, #values, PART do
    call(command, unpack(values, first, math.min(first + PART - 1, #values)))
  end
end

-- Writes them and takes out those that are gone. A block can move from one page to another: what another page has stored since
-- is that page's to take out; and where Notion was not asked, also to write.
local function change_blocks(blocks, page, is_rebuild, stage)
  local pages = is_rebuild and fetch(blocks.pages, blocks.ids) or {}
  local values, written, fields, ids = {}, {}, {}, {}
  for i, id in ipairs(blocks.ids) do
    if not pages[i] or pages[i] == page then
      if blocks.texts[i] == '' then
        call('RENAME', stage, blocks.keys[i])
        call('PERSIST', blocks.keys[i])
      else
        values[#values + 1] = blocks.keys[i]
        values[#values + 1] = blocks.texts[i]
      end
      written[#written + 1] = blocks.keys[i]
      fields[#fields + 1] = id
      fields[#fields + 1] = page
      ids[#ids + 1] = id
    end
  end
  each_part('MSET', values)
  for _, key in ipairs(written) do live(key) end
  add('HSET', blocks.pages, fields)
  add('SADD', blocks.set, ids)

  local own, keys = {}, {}
  pages = fetch(blocks.pages, blocks.gone)
  for i, id in ipairs(blocks.gone) do
    if pages[i] == page then
      own[#own + 1] = id
      keys[#keys + 1] = blocks.gone_keys[i]
    end
  end
  each_part('DEL', keys)
  add('HDEL', blocks.pages, own)
  add('SREM', blocks.set, blocks.gone)
end
