-- Reads all that is known of one id, whatever it is of: why readers get it, or do not. It only reads.
-- KEYS 1 meta, 2 to 4 what is stored of a page, a database and a data source of that id, 5 records, 6 frontier, 7 urgent frontier,
--   8 errors, 9 leaving, 10 summaries, 11 slugs, 12 gone, 13 due, 14 lease. ARGV id, its last eight digits.
-- Answers {path, version, last edited time, exported at, visibility of the page,
--   for page, database and data source: 1 where its text is there, record, error, summary, when it is due to be fetched, and in the
--   urgent frontier, its place among what is to be built again,
--   when the page was seen to be on its way out, when it was taken out, when it becomes public,
--   the id of the page that has the path which this one would have, and its summary, the state, until when a run has the lease}.
local id, short = ARGV[1], ARGV[2]
local members = {'page:' .. id, 'database:' .. id, 'data_source:' .. id}
local answer = redis.call('HMGET', KEYS[1], 'path', 'version', 'last_edited_time', 'exported_at', 'visibility')
local path = answer[1]
local function add(value) answer[#answer + 1] = value or false end

local records = redis.call('HMGET', KEYS[5], unpack(members))
local errors = redis.call('HMGET', KEYS[8], unpack(members))
local summaries = redis.call('HMGET', KEYS[10], unpack(members))
local due = redis.call('ZMSCORE', KEYS[6], unpack(members))
local urgent = redis.call('ZMSCORE', KEYS[7], unpack(members))
local rebuilds = redis.call('ZMSCORE', KEYS[6], '~' .. members[1], '~' .. members[2], '~' .. members[3])
for i in ipairs(members) do
  add(redis.call('EXISTS', KEYS[i + 1]))
  for _, of in ipairs({records, errors, summaries, due, urgent, rebuilds}) do add(of[i]) end
end
add(redis.call('ZSCORE', KEYS[9], members[1]))
add(redis.call('ZSCORE', KEYS[12], id))
add(redis.call('ZSCORE', KEYS[13], members[1]))
-- A page whose path another one has gets the last digits of its id behind its slug.
local wanted, count = ((path or '') .. '/'):gsub('%-' .. short .. '/', '/')
local holder = count > 0 and redis.call('HGET', KEYS[11], wanted:sub(1, -2))
if holder == id then holder = false end
add(holder)
add(holder and redis.call('HGET', KEYS[10], 'page:' .. holder))
local lease = redis.call('HMGET', KEYS[14], 'state', 'until')
add(lease[1])
add(lease[2])
return answer
