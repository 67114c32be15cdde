-- Gives messages back, to be claimed again by anybody when they are due.
--
-- KEYS  1 stream  2 consumers  3 messages that come again  4 calls
-- ARGV  1 group  2 consumer, then for each message  id  milliseconds until it is due  the count of its claim
--       the number of that claim, "0" if it is fresh  "1" for a fresh one that was not begun, which did not count, or "0"
--
-- Answers 'lost', or for each 1, or 0 if this consumer did not hold it by that claim, with that count: an answer that
-- comes late must not end a later claim of the same consumer, begun or not.

local stream, consumers, again, calls = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, me = ARGV[1], ARGV[2]

if not redis.call('ZSCORE', consumers, me) then return 'lost' end
local now = clock()

local stood, soonest = {}, nil
for i = 3, #ARGV, 5 do
  local id, due, count, number = ARGV[i], now + ARGV[i + 1], tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
  local held = redis.call('XPENDING', stream, group, id, id, 1, me)[1]
  if held and held[4] == count and claim(again, id) == number then
    redis.call('ZADD', again, due, wide(id))
    local given
    if ARGV[i + 4] == '1' then
      given = redis.call('XCLAIM', stream, group, '~', 0, id, 'JUSTID', 'RETRYCOUNT', 0)
    else
      given = redis.call('XCLAIM', stream, group, '~', 0, id, 'JUSTID')
    end
    if given[1] then
      if not soonest or due < soonest then soonest = due end
    else
      redis.call('ZREM', again, wide(id)) -- it was cut off
    end
    stood[#stood + 1] = 1
  else
    stood[#stood + 1] = 0
  end
end

-- Somebody who waits has to know, if it is due before what he knows of.
if soonest then
  local head = redis.call('ZRANGE', again, 0, 0, 'WITHSCORES')
  if soonest <= now or (tonumber(head[2]) < HELD and tonumber(head[2]) >= soonest) then
    redis.call('XADD', calls, 'MAXLEN', 1, '*', 'c', '')
  end
end
return stood
