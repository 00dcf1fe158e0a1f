-- Adds to a number. KEYS value. ARGV amount, the field where the value is a hash. Answers the sum.
return increment(KEYS[1], ARGV[2], ARGV[1])
