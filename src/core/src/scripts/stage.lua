-- Writes one part of a large document, or of what is fetched of a page, at its offset; writing it twice changes nothing.
-- The first part replaces what an earlier run may have left; an abandoned stage goes away after a day.
-- KEYS lease, records, stage, listed. ARGV header, 5 offset in bytes, 6 the part,
--   7 the member whose fetching is saved with this part, the last one, or '', 8 how many bytes are saved with it.
local verdict = refused()
if verdict then return {verdict, cost} end
accept()
if ARGV[5] == '0' then
  call('SET', KEYS[3], ARGV[6])
else
  call('SETRANGE', KEYS[3], ARGV[5], ARGV[6])
end
call('PEXPIRE', KEYS[3], 86400000)
if ARGV[7] ~= '' then
  load({ARGV[7]})
  mark(ARGV[7], 'l')
  call('HSET', KEYS[4], ARGV[7], 'half ' .. ARGV[8])
  save()
end
return {'ok', cost}
