-- A handler is about to run for a message that comes again.
--
-- KEYS  1 stream  2 consumers  3 messages that come again  4 numbers
-- ARGV  1 group  2 consumer  3 id  4 the count it was claimed with  5 the number of its claim
--       6 "1" if this claim's beginning was told before, with an answer that was lost
--
-- Answers the count it runs under, 'lost', or nothing if the claim is. A call that is made again because its answer was
-- lost raises nothing more: what it began is the same delivery.

local stream, consumers, again, numbers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, me, id = ARGV[1], ARGV[2], ARGV[3]

if not redis.call('ZSCORE', consumers, me) then return 'lost' end
local held = redis.call('XPENDING', stream, group, id, id, 1, me)[1]
if not held then return false end
if claim(again, id) ~= tonumber(ARGV[5]) then return false end
local count = tonumber(ARGV[4])
if ARGV[6] == '1' and held[4] == count + 1 then return held[4] end
if held[4] ~= count then return false end
if count > 0 then redis.call('HINCRBY', numbers, 'retries', 1) end
local claimed = redis.call('XCLAIM', stream, group, me, 0, id, 'JUSTID', 'RETRYCOUNT', count + 1)
if not claimed[1] then
  redis.call('ZREM', again, wide(id)) -- it was cut off
  return false
end
return count + 1
