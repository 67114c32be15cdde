-- Removes some rows of a generation that was cleared, and with the last of them what is left of it.
--
-- KEYS  1 generation of the bucket  2 its trash  3 members and  4 expiries of the cleared generation, then its rows
-- ARGV  1 the cleared generation, then the rows' keys in members
-- Answers 1; or 0 if that generation was not cleared: a server may lose a clear, and then has the rows back.

if redis.call('GET', KEYS[1]) == ARGV[1] or redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 0 then
  return 0
end
if #KEYS > 4 then
  redis.call('UNLINK', unpack(KEYS, 5))
  redis.call('ZREM', KEYS[3], unpack(ARGV, 2))
else
  redis.call('UNLINK', KEYS[3], KEYS[4])
  redis.call('SREM', KEYS[2], ARGV[1])
end
return 1
