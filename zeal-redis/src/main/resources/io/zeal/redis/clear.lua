-- Leaves every row of one bucket behind. KEYS 1 generation  2 trash; ARGV 1 the next generation.
-- Rows are found under their generation alone, so nobody sees them from here on; whoever sweeps removes them later.
-- Answers 1 if there was anything.
local current = redis.call('GET', KEYS[1])
if not current then
  return 0
end
redis.call('SADD', KEYS[2], current)
redis.call('SET', KEYS[1], ARGV[1])
return 1
