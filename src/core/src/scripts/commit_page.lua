-- One page: its document, meta, indexes, path, event, frontier and progress change together, or not at all.
-- KEYS 1 lease, 2 records, 3 frontier, 4 listed, 5 errors, 6 leaving, 7 document, 8 meta, 9 summaries, 10 pages,
--   11 slugs, 12 redirects, 13 events, 14 version, 15 stage, 16 the mentions of it, 17 its children, 18 its comments, 19 the stage of those,
--   20 expiry, 21 its HTML, 22 the stage of that, 23 its Markdown, 24 the stage of that, 25 files, 26 those that no page shows,
--   27 to 38 as in publish.lua, then the sorted sets that list it, those that no longer do, the mentions it makes, those it no longer makes, and the mentions
--   of its synced blocks, which are the copies of them.
-- ARGV header, 5 to 7 as in work.lua, 8 member, 9 version of it, 10 number of the export, 11 run, 12 id, 13 hash,
--   14 path, 15 face, 16 ancestors, 17 mentions, 18 parents, 19 summary, 20 last edited ms, 21 created ms,
--   22 last edited time, 23 size in bytes, 24 document or '' where all three texts are staged, 25 HTML, 26 Markdown,
--   27 the owner that it was built with, as `check_owner` takes it,
--   28 to 31 as in publish.lua, 32..35 how many keys of the four last kinds,
--   36 how many members its own blocks hold, then those, then the members that only its synced copies show,
--   those of its own that lie under a block, with commas between, after '=' or, where not all of its blocks were read, '+',
--   what the export looks at, how far it is, as JSON, or '' where that is not to be told,
--   its files as in files.lua, or 'kept',
--   the blocks as in page_blocks.lua, whether they are 'written' or 'removed', or '' where there are none to change,
--   the comments as JSON, '' where it has none, 'staged', or 'kept', and last the time to live, as in expiry.lua.
-- Answers {'taken', cost} where another page has the path. Who may read only what is public is not to learn from the path of a public
-- page that there is another one: a page that a rule keeps from them gives way, and is built again. Nor does it take a path that
-- leads to another page.
local comments, block_keys, blocks = table.remove(ARGV), table.remove(ARGV), nil
if block_keys ~= '' then blocks = take_blocks() end
local shown_files = table.remove(ARGV)
local progress, looks_at, nested = table.remove(ARGV), table.remove(ARGV), table.remove(ARGV)
local verdict = refused()
if verdict == 'stale' or verdict == 'early' then return {verdict, cost} end
if verdict then return ended(verdict) end
local member, id, path, now = ARGV[8], ARGV[12], ARGV[14], ARGV[7]
local old = call('HMGET', KEYS[8], 'hash', 'path', 'face', 'ancestors', 'size', 'files', 'visibility', 'nested', 'last_edited_time', 'public')
local is_ruled, gives_way = ARGV[28] ~= '' or old[7], nil
if old[2] ~= path or is_ruled then
  local holder = call('HGET', KEYS[11], path)
  if holder and holder ~= id then
    local holding = ARGV[28] == 'public' and 'page:' .. holder
    local word = holding and (call('HGET', KEYS[9], holding) or ''):match(',"visibility":"(%a+)","lineage":%b{}}$')
    if word ~= 'draft' and word ~= 'scheduled' then return {'taken', cost} end
    gives_way = holding
  elseif is_ruled and ARGV[28] ~= 'public' and old[2] ~= path then
    local leads_to = call('HGET', KEYS[12], path)
    if leads_to and leads_to ~= id then return {'taken', cost} end
  end
end
accept()
local members = slice(37, #ARGV)
members[#members + 1] = member
local former = {}
for it in (old[8] or ''):gmatch('[^,]+') do
  former[#former + 1], members[#members + 1] = it, it
end
load(members)

-- What was built again from the store had not expired.
local is_back = records[member].version == EXPIRED and ARGV[9] ~= '~'
local changed = is_back or old[1] ~= ARGV[13]
-- The same content with or without white space.
local laid_out = not changed and old[5] ~= ARGV[23]
-- What is built again from the store may have an older time than Notion has told since.
local is_rebuild = ARGV[9] == '~' and old[1]
-- Redis may have evicted what nothing has changed.
local is_lost = not changed and call('EXISTS', KEYS[7], KEYS[21], KEYS[23]) < 3
if changed or laid_out or is_lost then
  if ARGV[24] == '' then
    for text, stage in pairs({[7] = 15, [21] = 22, [23] = 24}) do
      call('RENAME', KEYS[stage], KEYS[text])
      call('PERSIST', KEYS[text])
    end
  else
    call('MSET', KEYS[7], ARGV[24], KEYS[21], ARGV[25], KEYS[23], ARGV[26])
  end
end
if laid_out then call('HSET', KEYS[8], 'size', ARGV[23]) end
local version
if changed then
  version = call('INCR', KEYS[14])
  announce(KEYS[13], now, old[1] and not is_back and 'page.updated' or 'page.created', ARGV[11],
    '{"id":"' .. id .. '","version":' .. version .. seen_by(ARGV[28], old[7]) .. '}')
  if old[2] ~= path then
    call('HSET', KEYS[11], path, id)
    -- Of a draft it is its own, which is gone for who knew it.
    if ARGV[28] == '' or ARGV[28] == 'public' then call('HDEL', KEYS[12], path) end
    if gives_way then queue({gives_way}, member) end
    if old[2] and (not is_ruled or call('HGET', KEYS[11], old[2]) == id) then
      call('HDEL', KEYS[11], old[2])
      -- A path that it had as a draft leads nowhere: it would tell what there was before.
      if not old[7] or old[7] == 'public' then call('HSET', KEYS[12], old[2], id) end
    end
  end
  local goes_first = is_withdrawn(old[4], ARGV[16])
  if old[3] ~= ARGV[15] then queue(call('SMEMBERS', KEYS[16]), member, goes_first) end
  -- What lies below took it for a root while it was not stored.
  if (old[4] or '[]') ~= ARGV[16] then queue(call('ZRANGE', KEYS[17], 0, -1), member, goes_first) end
  local key = 38
  local function each(count, command, ...)
    for _ = 1, tonumber(count) do
      key = key + 1
      call(command, KEYS[key], ...)
    end
  end
  each(ARGV[32], 'ZADD', ARGV[21], member)
  each(ARGV[33], 'ZREM', member)
  each(ARGV[34], 'SADD', member)
  each(ARGV[35], 'SREM', member)
  if old[1] and not is_rebuild then
    for i = key + 1, #KEYS do again(call('SMEMBERS', KEYS[i]), member) end
  end
end
if not is_rebuild then
  call('HSET', KEYS[8], 'last_edited_time', ARGV[22], 'exported_at', now)
  call('ZADD', KEYS[10], ARGV[20], member)
end
call('HSET', KEYS[9], member, ARGV[19])
if ARGV[28] ~= '' or old[7] then
  publish(member, id, now, not is_back and old[7] == 'public' and old[10], old[2], changed or laid_out or is_lost, is_rebuild)
end
if comments == 'staged' then
  call('RENAME', KEYS[19], KEYS[18])
  call('PERSIST', KEYS[18])
elseif comments == '' then
  call('DEL', KEYS[18])
elseif comments ~= 'kept' then
  call('SET', KEYS[18], comments)
end
if blocks then
  change_blocks(blocks, id, is_rebuild, KEYS[15])
  -- The document that the page's blocks are of.
  if block_keys == 'written' then
    call('HSET', KEYS[8], 'blocks', ARGV[13])
  else
    call('HDEL', KEYS[8], 'blocks')
  end
end

set_files(KEYS[25], KEYS[26], KEYS[8], id, old[6], shown_files)
local lasting = {KEYS[7], KEYS[18], KEYS[21], KEYS[23]}
if ARGV[31]:find('^%x') then
  for i = 30, 32 do lasting[#lasting + 1] = KEYS[i] end
end
renew(KEYS[20], now, member, is_back, lasting)

if progress ~= '' then announce(KEYS[13], now, 'export.progress', ARGV[11], progress) end

-- What is written in parts is large.
if ARGV[24] == '' then mark(member, 'b') else unmark(member, 'b') end
built(member)
settle(member, ARGV[9])
check_owner(member, ARGV[27])
local last = 36 + tonumber(ARGV[36])
found(37, last, id, ARGV[10], ARGV[9] == '~', looks_at)
if ARGV[9] ~= '~' then
  local holds = {}
  for i = 37, last do holds[ARGV[i]] = true end
  local now_nested = let_go(former, holds, nested, id)
  if now_nested ~= (old[8] or '') then call('HSET', KEYS[8], 'nested', now_nested) end
  -- What lay under the page itself, and does not any more, was moved or is in the trash: only Notion tells.
  if old[1] and (changed or old[9] ~= ARGV[22]) and nested:find('^=') then
    for _, it in ipairs(former) do holds[it] = true end
    local gone = {}
    for _, it in ipairs(call('ZRANGE', KEYS[17], 0, -1)) do
      if not holds[it] then gone[#gone + 1] = it end
    end
    again(gone, member)
  end
end
found(last + 1, #ARGV, '', ARGV[10], ARGV[9] == '~', looks_at)
flush()
-- Last of all: where a key holds something of another's, what was written before the command that it fails stays,
-- and the next commit is to find that not all of it was.
if changed then
  call('HSET', KEYS[8], 'hash', ARGV[13], 'path', path, 'face', ARGV[15], 'ancestors', ARGV[16],
    'mentions', ARGV[17], 'parents', ARGV[18], 'version', version, 'size', ARGV[23], 'exported_at', now)
end
return ended('ok', changed and 'changed')
