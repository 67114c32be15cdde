-- The rows of one bucket that have not expired. KEYS 1 generation  2 members  3 expiries; ARGV 1 generation.
-- Answers the number, or {generation} if it is another one.
local current = redis.call('GET', KEYS[1])
if current ~= ARGV[1] then
  return {current or ''}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZCARD', KEYS[2]) - redis.call('ZCOUNT', KEYS[3], '-inf', '(' .. now)
