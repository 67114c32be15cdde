#!lua flags=allow-oom
-- A handler is about to run for a message that comes again.
--
-- KEYS  1 stream  2 consumers  3 messages that come again  4 numbers
-- ARGV  1 group  2 consumer  3 id  4 the same for sorting  5 the count it was claimed with
--
-- Answers the count it runs under, 'lost', or nothing if the claim is. A call that is made again because its answer was
-- lost raises nothing: the delivery that it began is the same.

local stream, consumers, again, numbers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, me, id = ARGV[1], ARGV[2], ARGV[3]

if not redis.call('ZSCORE', consumers, me) then return 'lost' end
local held = redis.call('XPENDING', stream, group, id, id, 1, me)[1]
if not held then return false end
if held[4] == ARGV[5] + 1 then return held[4] end
if held[4] > 0 then redis.call('HINCRBY', numbers, 'retries', 1) end
local claimed = redis.call('XCLAIM', stream, group, me, 0, id, 'JUSTID', 'RETRYCOUNT', held[4] + 1)
if not claimed[1] then
  redis.call('ZREM', again, ARGV[4]) -- it was cut off
  return false
end
return held[4] + 1
