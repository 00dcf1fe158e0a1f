-- Takes an object out of the store: nothing serves, lists or names it any more. Its path is free, who mentions it
-- and what lies below it is built again, and it is fetched anew if it comes back.
-- What is in the trash or out of scope leaves word of that in its summary: what lies below goes the same way, whatever Notion
-- says of it.
-- A page stays where too many others would have gone in a day, and whatever another connection stored where this one does not
-- see it: it is tried again in an hour, or when someone confirms.
-- KEYS 1 lease, 2 records, 3 frontier, 4 listed, 5 errors, 6 leaving, 7 object, 8 meta, 9 summaries, 10 pages, 11 slugs,
--   12 events, 13 version, 14 the mentions of it, 15 what lies below it, 16 its comments, 17 its HTML,
--   18 its Markdown, 19 expiry, 20 files, 21 those that nothing shows, 22 redirects, 23 gone,
--   24 to 29 as 27 to 32 and 30, 31 as 36, 37 in publish.lua, then the sorted sets that list it, the mentions that it makes, and the blocks.
-- ARGV header, 5 to 7 as in work.lua, 8 member, 9 run, 10 id, 11 path or '', 12 the word that it leaves or '',
--   13 how many sorted sets list it, 14 number of the export, 15 'counted', or 'meant' where its owner wants it out,
--   16 what it lies under where it goes with that, '-' where that is not to be asked for, or '',
--   then the blocks as in page_blocks.lua, and whether they are 'whole' or 'partial', or '' where there are none,
--   and last the time to live, as in expiry.lua.
-- Answers {'ok', cost, 'went' where a page was stored and is no more, what is handed out}, or
--   {'partial', cost, the same} where more blocks are to go before its end: nothing is handed out, and it stays in the frontier, or
--   {'held', cost, pages that would have gone and all pages, what is handed out} where it stays.
local DAY, HOUR = 24 * 3600 * 1000, 3600 * 1000
-- How long readers are told that a page was there.
local GONE = 30 * DAY
-- A small workspace loses a tenth with its first page.
local FREE = 3

local extent, blocks = table.remove(ARGV), nil
if extent ~= '' then blocks = take_blocks() end
local verdict = refused()
if verdict == 'stale' or verdict == 'early' then return {verdict, cost} end
if verdict and extent == 'partial' then return {'partial', cost} end
if verdict then return ended(verdict) end
accept()
local member, now, id, path = ARGV[8], ARGV[7], ARGV[10], ARGV[11]
local is_page, is_counted = member:find('^page:') ~= nil, ARGV[15] == 'counted'
local under = ARGV[16]
load(under:find(':') and {member, under} or {member})
local is_unseen = has(records[member], 'o')

-- Pages on their way out stand above zero, by the instant at which that was seen; those that went below it, for a day.
local function is_held()
  call('ZREMRANGEBYSCORE', KEYS[6], '(' .. string.format('%.0f', DAY - now), '(0')
  if is_page then call('ZADD', KEYS[6], 'NX', now, member) end
  local leaving = call('ZCARD', KEYS[6])
  local all = call('ZCARD', KEYS[10]) + call('ZCOUNT', KEYS[6], '-inf', '(0')
  if not is_unseen and (leaving <= FREE or leaving * 10 <= all) then return false end
  if tonumber(call('HGET', KEYS[1], 'confirmed_until') or 0) > tonumber(now) then return false end
  return true, leaving .. ' of ' .. all
end

-- Its document may have expired.
local is_stored = call('EXISTS', KEYS[8]) == 1
if (is_page or is_unseen) and is_stored and is_counted then
  local held, share = is_held()
  if held then
    local record = change(member)
    record.takes, record.missing = '0', record.missing == '' and now or record.missing
    call('ZADD', KEYS[3], string.format('%.0f', now + HOUR), member)
    -- It may go with what it lies under, which its own version does not tell.
    mark(member, 's')
    built(member)
    call('HSET', KEYS[1], 'held_by', ARGV[14])
    flush()
    return ended('held', share)
  end
  if is_page then call('ZADD', KEYS[6], '-' .. now, member) end
end
local goes_first = false
if is_stored then
  local files, visibility, below = unpack(call('HMGET', KEYS[8], 'files', 'visibility', 'ancestors'))
  -- Where there is a rule, what lies below a draft may be public by itself.
  goes_first = (below or ''):find('"public":', 1, true) ~= nil
  if files then show_files(KEYS[20], KEYS[21], id, files, '') end
  call('DEL', KEYS[7], KEYS[8], KEYS[16], KEYS[17], KEYS[18])
  call('ZREM', KEYS[19], member)
  if is_page then
    local version = call('INCR', KEYS[13])
    local seen_by = visibility and ',"visibility":"' .. visibility .. '"' or ''
    announce(KEYS[12], now, 'page.deleted', ARGV[9], '{"id":"' .. id .. '","version":' .. version .. seen_by .. '}')
    call('ZREM', KEYS[10], member)
    if path ~= '' and call('HGET', KEYS[11], path) == id then
      call('HDEL', KEYS[11], path)
      if not visibility or visibility == 'public' then call('HSET', KEYS[22], path, id) end
    end
    if visibility then
      call('ZREM', KEYS[24], member)
      call('HDEL', KEYS[25], member)
      call('ZREM', KEYS[26], member)
      call('DEL', KEYS[27], KEYS[28], KEYS[29])
    end
    -- Where no rule said that it was public, only who may read everything is told of it, whatever the rule is then.
    if not visibility then call('ZADD', KEYS[23], now, id) end
    if visibility == 'public' then
      call('ZADD', KEYS[23], now, id, now, 'public:' .. id)
      version = call('INCR', KEYS[30])
      announce(KEYS[31], now, 'page.deleted', ARGV[9], '{"id":"' .. id .. '","version":' .. version .. '}')
    end
    if not visibility or visibility == 'public' then
      call('ZREMRANGEBYSCORE', KEYS[23], '-inf', string.format('%.0f', now - GONE))
    end
  end
  queue(call('SMEMBERS', KEYS[14]), member, goes_first)
  for i = 32, #KEYS do
    call(i < 32 + tonumber(ARGV[13]) and 'ZREM' or 'SREM', KEYS[i], member)
  end
end
-- That may have been stored before this was first asked for.
queue(call('ZRANGE', KEYS[15], 0, -1), member, goes_first)
if ARGV[12] ~= '' then
  call('HSET', KEYS[9], member, ARGV[12])
else
  call('HDEL', KEYS[9], member)
end
if blocks then change_blocks(blocks, id, false) end
local word = is_page and is_stored and 'went' or ''
if extent == 'partial' then
  -- If the run dies now and the page comes back, it is to be fetched whatever its version.
  change(member).version = '?'
  flush()
  return {'partial', cost, word}
end
built(member)
-- The word that it has gone stays for a day; what is meant to be out is not looked for.
if is_counted then records[member].missing = '' end
settle(member, is_counted and '?' or '-')
if under ~= '' then mark(member, 't') end
-- That may have come back, and nothing else may lead to it.
if records[under] and records[under].seen ~= ARGV[14] then
  change(under).seen = ARGV[14]
  entries[#entries + 1] = now
  entries[#entries + 1] = under
end
flush()
return ended('ok', word)
