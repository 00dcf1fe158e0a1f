-- Shared by the scripts that end the work on one member of the frontier.

-- What the store holds of the member shows others as they are now.
local function built(member, rebuild, takes)
  call('ZREM', rebuild, member)
  call('HDEL', takes, '~' .. member)
end

-- Takes the member out of the work.
-- version is what the store now holds of it: '' one that no listing will equal, '?' nothing,
-- '=' the one that it held: what was never stored is noted as '?', so that a full export asks for it again;
-- '~' the same, and it was to be built again: whether it is to be fetched is another matter;
-- '-' nothing, and nothing is to be asked for.
local function settle(member, version, frontier, rebuild, takes, listed, known, errors)
  if version == '~' then return built(member, rebuild, takes) end
  call('ZREM', frontier, member)
  call('HDEL', takes, member)
  call('HDEL', listed, member)
  call('HDEL', errors, member)
  if version == '-' then
    call('HDEL', known, member)
  elseif version == '=' then
    call('HSETNX', known, member, '?')
  else
    call('HSET', known, member, version)
  end
end

-- Puts the members that a walk found into the frontier unless this export has seen them,
-- and notes who owns them: a page stored before its owner was known is built again.
local function found(members, owner, export, now, frontier, rebuild, seen, owners)
  if #members == 0 then return end
  local generations = fetch(seen, members)
  local former = fetch(owners, members)
  local marks, entries, owned, again = {}, {}, {}, {}
  for i, member in ipairs(members) do
    if generations[i] ~= export then
      marks[#marks + 1] = member
      marks[#marks + 1] = export
      entries[#entries + 1] = now
      entries[#entries + 1] = member
    end
    if owner ~= '' and former[i] ~= owner then
      owned[#owned + 1] = member
      owned[#owned + 1] = owner
      again[#again + 1] = now
      again[#again + 1] = member
    end
  end
  add('HSET', seen, marks)
  add_new(frontier, entries)
  add('HSET', owners, owned)
  add('ZADD', rebuild, again)
end

-- Queues what is to be built again from what is stored.
local function queue(members, now, rebuild)
  local entries = {}
  for _, member in ipairs(members) do
    entries[#entries + 1] = now
    entries[#entries + 1] = member
  end
  add('ZADD', rebuild, entries)
end

-- The owner may have become known after the member was taken; then it is built again.
local function check_owner(member, owner, now, rebuild, owners)
  if owner ~= '=' and (call('HGET', owners, member) or '') ~= owner then call('ZADD', rebuild, now, member) end
end
