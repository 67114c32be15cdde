-- Removes a group with all that it has. Who is its consumer is none any more, and hears that it was lost.
--
-- KEYS  1 stream  2 consumers  3 messages that come again  4 calls  5 dead letters  6 numbers
-- ARGV  1 group
--
-- Answers 1 if there was one, or 0.

local there = 0
if redis.call('EXISTS', KEYS[1]) == 1 then
  there = redis.call('XGROUP', 'DESTROY', KEYS[1], ARGV[1])
end
redis.call('UNLINK', unpack(KEYS, 2))
return there
