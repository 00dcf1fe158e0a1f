-- What ends the work on one member of the frontier, begins it on others, and hands out what is next.
-- KEYS 2 records, 3 frontier, 4 listed, 5 errors, 6 leaving. ARGV 5 how many to hand out, and how many
-- of those that are built again, separated by a comma, 6 the members which are being worked on,
-- separated by commas, 7 now. What is noted here is written by `flush`, each kind in one command.

-- How many more than wanted are looked at, since several may lie in the same.
local AHEAD = 4
-- More than lie above each other in nearly any workspace: further up it does not matter what goes first.
local HIGHEST = 30
-- How long what Notion did not answer rests, in ms.
local REST = 3600 * 1000

local done, entries, early, resting, rebuilds = {}, {}, {}, {}, {}
-- Whether what is committed had left the store: what lies in it went with it, and comes back with it.
local was_out = false

local function rebuild(member)
  add_rebuild(rebuilds, member, ARGV[7])
end

-- Queues what is to be built again from what is stored, but the member itself, which has just been built.
local function queue(members, itself, is_withdrawn)
  for _, member in ipairs(members) do
    if member ~= itself then add_rebuild(rebuilds, member, ARGV[7], is_withdrawn) end
  end
end

-- Whether anyone could read something, by what lies below takes from it, and may no longer: the object, or one that it lies in,
-- whose name is in its path.
local function is_withdrawn(old, new)
  if not old then return false end
  if old:find(',true%]$') and new:find(',false%]$') then return true end
  local left = new:match('"public":(%b[])')
  for id in (left and old:match('"public":(%b[])') or ''):gmatch('"([^"]+)"') do
    if not left:find(id, 1, true) then return true end
  end
  return false
end

-- What the store holds of the member shows others as they are now.
local function built(member)
  done[#done + 1] = '~' .. member
  if records[member].rebuilds ~= '0' then change(member).rebuilds = '0' end
end

-- Takes the member out of the work.
-- version is what the store now holds of it: '' one that no listing will equal, '?' nothing,
-- '=' the one that it held: what was never stored is noted as '?', so that a full export asks for it again;
-- '~' the same, and it was to be built again: whether it is to be fetched is another matter;
-- '-' nothing, and nothing is to be asked for.
local function settle(member, version)
  if version == '~' then return built(member) end
  local record = change(member)
  -- What it shows of others changed while it was worked on: it stays, to be read again.
  local is_again = has(record, 's')
  if not is_again then done[#done + 1] = member end
  if has(record, 'l') then call('HDEL', KEYS[4], member) end
  if has(record, 'e') then call('HDEL', KEYS[5], member) end
  if record.missing ~= '' then call('ZREM', KEYS[6], member) end
  record.takes, record.missing = '0', ''
  record.marks = (is_again and 's' or '') .. (has(record, 'b') and 'b' or '')
  was_out = record.version == '?'
  if version ~= '=' then
    record.version = version
  elseif record.version == '-' then
    record.version = '?'
  end
end

-- Puts the members ARGV[first] to ARGV[last], which a walk found, into the frontier unless this export has seen them,
-- and notes who owns them: a page stored before its owner was known is built again.
-- Where only what is stored was read, what was stored as well is not to be fetched for that;
-- and an export for 'changes' need not ask for a page that the store holds: search shows its edits.
local function found(first, last, owner, export, is_rebuild, looks_at)
  for i = first, last do
    local member = ARGV[i]
    local record = records[member]
    local is_known = is_rebuild and record.version ~= '-' 
      or looks_at == 'changes' and member:find('^page:') and is_stored(record.version)
    local is_out = record.version == '?' and (was_out or has(record, 't'))
    if (record.seen ~= export or is_out) and not is_known then
      -- What only waits to be read again need not wait once it may have changed.
      local into = has(record, 's') and early or entries
      change(member).seen = export
      into[#into + 1] = ARGV[7]
      into[#into + 1] = member
    end
    if owner ~= '' and record.owner ~= owner then
      change(member).owner = owner
      -- What was never settled is still to be committed, and that looks for its owner.
      if record.version ~= '-' then rebuild(member) end
    end
  end
end

-- Has the members read again whatever their version, but the one itself: what they show has changed, and Notion does not say so.
local function again(members, itself)
  load(members)
  for _, member in ipairs(members) do
    if member ~= itself and is_stored(records[member].version) then
      -- What is to be read again at some time is read now; what is put off for another reason stays so.
      local into = has(records[member], 's') and early or entries
      mark(member, 's')
      into[#into + 1] = ARGV[7]
      into[#into + 1] = member
    end
  end
end

-- Notes the owner that the member was built with: '=' it needs none, '' it is not known, '?' Notion was asked and tells of none,
-- '+' and the owner it was asked and told, '!' it was asked and did not answer.
-- It may have become known after the member was taken, or be so no more; then that is built again.
-- Where nobody knows it Notion is asked by that, once all is fetched that may tell.
local function check_owner(member, owner)
  local known = records[member].owner
  local is_told = owner == '?' or owner:find('^%+')
  owner = owner:gsub('^%+', '')
  if owner == '=' or known == owner and owner ~= '' then return end
  local is_open = known == '' or known == '?'
  if is_told and is_open then
    change(member).owner = owner
  elseif owner == '!' and is_open then
    mark(member, 's')
    resting[#resting + 1] = string.format('%.0f', ARGV[7] + REST)
    resting[#resting + 1] = member
  else
    if is_open then change(member).owner = '' end
    rebuild(member)
  end
end

-- Those that lay in blocks of the page, and that its blocks hold no more, lie elsewhere by now, or in the trash with a block:
-- they have to find out. What is not whole may only not show them; they are kept in mind then.
local function let_go(former, holds, nested, id)
  local kept = {}
  for _, member in ipairs(former) do
    if not holds[member] and records[member].owner == id then
      kept[#kept + 1] = member
      change(member).owner = ''
      if is_stored(records[member].version) then rebuild(member) end
    end
  end
  local extent, now_nested = nested:match('^(.)(.*)$')
  if extent ~= '+' or #kept == 0 then return now_nested end
  if now_nested ~= '' then table.insert(kept, 1, now_nested) end
  -- Not one after the other: thousands would copy what is there thousands of times.
  return table.concat(kept, ',')
end

local function flush()
  add('ZREM', KEYS[3], done)
  add_new(KEYS[3], entries)
  add_new(KEYS[3], resting)
  add('ZADD', KEYS[3], early)
  add_rebuilds(KEYS[3], rebuilds)
  save()
end

-- What is to be fetched instead of these members: the highest that each lies in, of what is due and not stored yet.
-- An object takes its ancestors from there; fetched before, it would have to be built again.
-- Those that lie in what is being fetched right now come last.
local function highest(members, active, wanted)
  local ways, at, waiting = {}, {}, {}
  for i, member in ipairs(members) do ways[i], at[i] = {member}, member end
  for _ = 1, HIGHEST do
    local above = {}
    for i, member in pairs(at) do
      local record = records[member]
      at[i] = nil
      if record.owner ~= '' and record.owner ~= '?' then
        at[i] = 'page:' .. record.owner
      elseif record.above ~= '' then
        at[i] = record.above
      end
      above[#above + 1] = at[i]
    end
    if #above == 0 then break end
    load(above)
    for i, member in pairs(at) do
      if active[member] then
        ways[i].is_late, at[i] = true, nil
      elseif not is_stored(records[member].version) then
        table.insert(ways[i], member)
        waiting[#waiting + 1] = member
      elseif not member:find('^data_source:') then
        -- What lies above this was stored before it. Above a data source lies its database, which may not be.
        at[i] = nil
      end
    end
  end
  local due = {}
  for i, score in ipairs(#waiting > 0 and call('ZMSCORE', KEYS[3], unpack(waiting)) or {}) do
    due[waiting[i]] = score and tonumber(score) <= tonumber(ARGV[7])
  end
  local first, last, is_named = {}, {}, {}
  for _, way in ipairs(ways) do
    local place = #way
    while place > 1 and not due[way[place]] do place = place - 1 end
    local into = place == 1 and way.is_late and last or first
    if not is_named[way[place]] then into[#into + 1] = way[place] end
    is_named[way[place]] = true
  end
  for _, member in ipairs(last) do first[#first + 1] = member end
  return {unpack(first, 1, wanted)}
end

-- Hands out what is due, and counts that before its first request: what kills a run is found by its count.
-- A rebuild has a count of its own: it fails for other reasons than a fetch.
-- What is to be fetched goes first; pages wait for their rebuild until there is none and nothing is being fetched,
-- but those that show what was taken back from the public, or become public, which wait for nothing: where none but rebuilds are wanted,
-- it hands out only those.
-- Answers {score of the first in the frontier where there is nothing to hand out, source, then for each:
--   member, takes, JSON, version, owner, since when it is missing, 'large' where its document is}.
local function hand_out(is_repeated)
  local wanted, wanted_rebuilds = ARGV[5]:match('^(%d+),(%d+)$')
  wanted, wanted_rebuilds = tonumber(wanted), tonumber(wanted_rebuilds)
  if wanted + wanted_rebuilds == 0 then return {} end
  local active, busy = {}, 0
  for member in ARGV[6]:gmatch('[^,]+') do
    active[member] = true
    busy = busy + 1
  end
  local function due(low, high, most)
    local members, built = {}, {}
    for _, entry in ipairs(call('ZRANGE', KEYS[3], low, high, 'BYSCORE', 'LIMIT', 0, most)) do
      local rebuild, member = entry:match('^(~?)(.*)$')
      local into = rebuild == '~' and built or members
      if not active[member] then into[#into + 1] = member end
    end
    load(#built > 0 and built or members)
    return members, built
  end
  local source, count = 'frontier', 'takes'
  local members, built = due(0, ARGV[7], wanted + busy + AHEAD)
  if #built > 0 then
    source, count = 'withdrawn', 'rebuilds'
    members = {unpack(select(2, due(0, 2, wanted_rebuilds + busy)), 1, wanted_rebuilds)}
  elseif wanted == 0 then
    return {'', 'withdrawn'}
  else
    members = highest(members, active, wanted)
  end
  if #members == 0 and busy == 0 then
    source, count = 'rebuild', 'rebuilds'
    members = select(2, due('-inf', '(0', wanted_rebuilds))
  end
  if #members == 0 then return {call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')[2] or '', source} end

  local listed, json = {}, {}
  for _, member in ipairs(members) do
    if has(records[member], 'l') then listed[#listed + 1] = member end
  end
  for i, text in ipairs(fetch(KEYS[4], listed)) do json[listed[i]] = text end
  local answer = {'', source}
  for _, member in ipairs(members) do
    local record = records[member]
    if not is_repeated then change(member)[count] = string.format('%.0f', record[count] + 1) end
    if source == 'frontier' and has(record, 's') then
      unmark(member, 's')
      if is_stored(record.version) and record.version ~= EXPIRED then record.version = '' end
    end
    local size = has(record, 'b') and 'large' or ''
    for _, field in ipairs({member, record[count], json[member] or '', record.version, record.owner, record.missing, size}) do
      answer[#answer + 1] = field
    end
  end
  save()
  return answer
end

-- What a script answers that ends the work on a member:
-- {verdict, cost, a word of its own, what is handed out, what it put into the frontier by kind, what is ordered}.
local function ended(verdict, word)
  local taken = hand_out(verdict == 'repeated')
  return {verdict, cost, word or '', taken, kinds(entries), orders}
end
