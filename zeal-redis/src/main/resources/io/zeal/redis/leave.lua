-- A consumer leaves. What it holds without knowing it is given back at once; what it knows and has not settled stays
-- with it until it is silent.
--
-- KEYS  1 stream  2 consumers  3 messages that come again  4 calls
-- ARGV  1 group  2 consumer, then the ids that it knows
--
-- Answers 1, or 0 if it has to be called again.

local stream, consumers, again, calls = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, me = ARGV[1], ARGV[2]

if not redis.call('ZSCORE', consumers, me) then return 1 end
local now = clock()
local known = {}
for i = 3, #ARGV do known[ARGV[i]] = true end

local most, kept = #ARGV - 2 + 100, 0
local held = redis.call('XPENDING', stream, group, '-', '+', most, me)
for _, entry in ipairs(held) do
  local id = entry[1]
  if known[id] then
    kept = kept + 1
  else
    local claimed
    local came = redis.call('ZSCORE', again, wide(id))
    redis.call('ZADD', again, now, wide(id))
    if came then
      claimed = redis.call('XCLAIM', stream, group, '~', 0, id, 'JUSTID')
    else
      claimed = redis.call('XCLAIM', stream, group, '~', 0, id, 'JUSTID', 'RETRYCOUNT', 0)
    end
    if not claimed[1] then redis.call('ZREM', again, wide(id)) end -- it was cut off
  end
end
-- A call that this one heard and did not follow is somebody else's.
if redis.call('ZRANGE', again, '-inf', now, 'BYSCORE', 'LIMIT', 0, 1)[1] then
  redis.call('XADD', calls, 'MAXLEN', 1, '*', 'c', '')
end
if #held == most then return 0 end
if kept == 0 then
  redis.call('XGROUP', 'DELCONSUMER', stream, group, me)
  redis.call('XGROUP', 'DELCONSUMER', calls, group, me)
  redis.call('ZREM', consumers, me)
end
return 1
