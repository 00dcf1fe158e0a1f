-- Reads one entry. KEYS index, entries. ARGV id. Answers {{id, score}, {entry}} or nil.
local score = call('ZSCORE', KEYS[1], ARGV[1])
return score and {{ARGV[1], score}, {call('HGET', KEYS[2], ARGV[1])}}
