-- Takes expired rows of one bucket out of its indexes. KEYS 1 generation  2 members  3 expiries; ARGV 1 generation
-- 2 how many at most. Answers how many it took, or {generation} if it is another one.
local current = redis.call('GET', KEYS[1])
if current ~= ARGV[1] then
  return {current or ''}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = redis.call('ZRANGE', KEYS[3], '-inf', '(' .. now, 'BYSCORE', 'LIMIT', 0, ARGV[2])
if #due > 0 then
  redis.call('ZREM', KEYS[2], unpack(due))
  redis.call('ZREM', KEYS[3], unpack(due))
end
return #due
