-- Reads a part of an index. It only reads.
-- KEYS index, entries. ARGV as for every part. Answers {{id, ...}, {entry or nil, ...}, cursor or '' at the end}.
return part()
