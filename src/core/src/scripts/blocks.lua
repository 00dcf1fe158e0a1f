-- Some blocks of a large page, ahead of its commit: what is written twice changes nothing, and what is left of a run that died
-- is in the page's set. Until the commit the page's blocks are of no document.
-- KEYS 1 lease, 2 meta, 3 the stage of the first block, then the blocks. ARGV header, 5 page, 6 'rebuilt' or 'fetched',
--   then the blocks as in page_blocks.lua, and last the time to live, as in expiry.lua.
local blocks = take_blocks()
local verdict = refused()
if verdict then return {verdict, cost} end
accept()
call('HDEL', KEYS[2], 'blocks')
change_blocks(blocks, ARGV[5], ARGV[6] == 'rebuilt', KEYS[3])
return {'ok', cost}
