-- Removes a record, if its revision is still the expected one.
-- KEYS record, list of all, then the lists that hold it. ARGV expected revision, id.
-- Answers {'deleted'} | {'changed', what stands there or nil}.
local stored = call('GET', KEYS[1])
local created, revision = parse(stored)
if revision ~= ARGV[1] then return {'changed', stored} end
local now = now_ms()
for i = 2, #KEYS do prune(KEYS[i], now) end
call('DEL', KEYS[1])
for i = 2, #KEYS do call('ZREM', KEYS[i], member_of(created, ARGV[2])) end
return {'deleted'}
