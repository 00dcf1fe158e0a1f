-- Reads one entry. KEYS index, entries. ARGV id. Answers {{id, score}, {header}, {leaf, ...}} or nil.
local score = call('ZSCORE', KEYS[1], ARGV[1])
return score and told(KEYS[2], {ARGV[1], score})
