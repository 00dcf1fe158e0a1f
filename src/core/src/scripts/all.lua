-- A whole index with the summaries, newest first, or a slice of it by rank; behind call.lua, in front of every script that looks at all of it.
-- What has expired and is not back is left out.
-- KEYS 1 index, 2 summaries, 3 expiry. ARGV 1 now in ms, 2 the lowest score, 3 the most members, 4 the most bytes of summaries,
--   5 the slice: rank of its first, the oldest being 0 and the newest -1, and of its last, separated by a comma, or ''.
-- Scripts that use it answer {'all', how many there are, {member, score, ...}, {summary or nil, ...}} where they are few;
-- {'parts', how many, {member, score, ...}} where reading the summaries here would keep Redis from all else for too long: whoever asks
-- reads them by plain commands; or 'members' or 'bytes', whichever are too many, and how many members there are.
local AT_ONCE, SAMPLE = 1000, 100

local function bytes_of(texts)
  local bytes = 0
  for i = 1, #texts do bytes = bytes + #(texts[i] or '') end
  return bytes
end

-- `cut` shortens what is read of the summaries, where less is wanted.
local function all(cut)
  local function read(names)
    local texts = fetch(KEYS[2], names)
    return cut and cut(texts) or texts
  end
  local count = call('ZCOUNT', KEYS[1], ARGV[2], '+inf')
  local from, to = ARGV[5]:match('^(%-?%d+),(%-?%d+)$')
  local found
  if from then
    found = call('ZRANGE', KEYS[1], from, to, 'WITHSCORES')
  else
    if count > tonumber(ARGV[3]) then return {'members', count} end
    found = call('ZRANGE', KEYS[1], '+inf', ARGV[2], 'BYSCORE', 'REV', 'WITHSCORES')
  end
  local members = {}
  for i = 1, #found, 2 do members[#members + 1] = found[i] end
  if call('ZCOUNT', KEYS[3], '-inf', ARGV[1]) > 0 then
    local kept, with_scores = {}, {}
    for first = 1, #members, PART do
      local last = math.min(first + PART - 1, #members)
      for i, until_when in ipairs(call('ZMSCORE', KEYS[3], unpack(members, first, last))) do
        local place = first + i - 1
        if not until_when or tonumber(until_when) > tonumber(ARGV[1]) then
          kept[#kept + 1] = members[place]
          with_scores[#with_scores + 1] = members[place]
          with_scores[#with_scores + 1] = found[2 * place]
        end
      end
    end
    found, members = with_scores, kept
  end
  if #members > AT_ONCE then
    -- Some of them, evenly, tell about how long they all are.
    local some = {}
    for i = 1, SAMPLE do some[i] = members[math.ceil(i * #members / SAMPLE)] end
    if bytes_of(read(some)) * #members / SAMPLE > tonumber(ARGV[4]) then return {'bytes', count} end
    return {'parts', count, found}
  end
  local texts = read(members)
  if bytes_of(texts) > tonumber(ARGV[4]) then return {'bytes', count} end
  return {'all', count, found, texts}
end
