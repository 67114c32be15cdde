#!lua flags=allow-oom
-- A consumer leaves. What it holds without knowing it is given back at once; what it knows and has not settled stays
-- with it until it is silent.
--
-- KEYS  1 stream  2 consumers  3 messages that come again  4 calls
-- ARGV  1 group  2 consumer, then the ids that it knows
--
-- Answers 1, or 0 if it has to be called again.

local stream, consumers, again, calls = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, me = ARGV[1], ARGV[2]

local function wide(id)
  local ms, seq = string.match(id, '(%d+)-(%d+)')
  return ms .. '-' .. string.rep('0', 12 - string.len(seq)) .. seq
end

if not redis.call('ZSCORE', consumers, me) then return 1 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = {}
for i = 3, #ARGV do known[ARGV[i]] = true end

local most, kept, given = #ARGV - 2 + 100, 0, 0
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
    if claimed[1] then given = given + 1 else redis.call('ZREM', again, wide(id)) end
  end
end
if given > 0 then redis.call('XADD', calls, 'MAXLEN', 1, '*', 'c', '') end
if #held == most then return 0 end
if kept == 0 then
  redis.call('XGROUP', 'DELCONSUMER', stream, group, me)
  redis.call('XGROUP', 'DELCONSUMER', calls, group, me)
  redis.call('ZREM', consumers, me)
end
return 1
