-- Takes over from consumers that fell silent, and claims messages that are due again.
--
-- KEYS  1 stream  2 consumers  3 messages that come again  4 calls
-- ARGV  1 group  2 consumer  3 how many at most  4 "1" to look for consumers that nobody knows
--       5 what this consumer calls the claims of this call, another number each time, then the calls heard
--
-- Answers 'lost', or {milliseconds until something is due or -1, 1 if there is more to do at once,
-- {id, count, fields}, ...}.
--
-- A silent consumer is declared first: its name is replaced by '!' and its name, after which it answers nothing any
-- more. Then its messages go to the consumer '~', who holds what waits, a portion in each call, whoever makes it;
-- with the last of them it is forgotten. So no claim is ever taken from a consumer that is not declared.

local stream, consumers, again, calls = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, me = ARGV[1], ARGV[2]
local PORTION, BYTES = 100, 1048576

if ARGV[6] then redis.call('XACK', calls, group, unpack(ARGV, 6)) end
if not redis.call('ZSCORE', consumers, me) then return 'lost' end
local now = clock()

local function forget(name)
  redis.call('XGROUP', 'DELCONSUMER', stream, group, name)
  redis.call('XGROUP', 'DELCONSUMER', calls, group, name)
end

-- One that was declared may have read once more without knowing, which makes it anew.
if ARGV[4] == '1' then
  for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
    local known = fields(consumer)
    local name = known.name
    if name ~= '~' and not redis.call('ZSCORE', consumers, name)
        and not redis.call('ZSCORE', consumers, '!' .. name) then
      if known.pending > 0 then
        redis.call('ZADD', consumers, 0, '!' .. name)
      else
        forget(name)
      end
    end
  end
end

local left = PORTION
local silent = redis.call('ZRANGE', consumers, '-inf', now, 'BYSCORE', 'LIMIT', 0, 10)
local more = #silent == 10
for _, name in ipairs(silent) do
  if name ~= me and left > 0 then
    if string.sub(name, 1, 1) == '!' then
      name = string.sub(name, 2)
    else
      redis.call('ZADD', consumers, 0, '!' .. name)
      redis.call('ZREM', consumers, name)
    end
    local held = redis.call('XPENDING', stream, group, '-', '+', left, name)
    if #held > 0 then
      local call, due = {'XCLAIM', stream, group, '~', 0}, {}
      for i, entry in ipairs(held) do
        call[i + 5] = entry[1]
        due[2 * i - 1] = now
        due[2 * i] = wide(entry[1])
      end
      call[#call + 1] = 'JUSTID'
      redis.call('ZADD', again, unpack(due))
      redis.call(unpack(call)) -- which forgets those that were cut off; that is seen below
    end
    if #held < left then
      forget(name)
      redis.call('ZREM', consumers, '!' .. name)
    end
    left = left - #held
  end
end
more = more or left == 0

local answer, bytes = {0, 0}, 0
local most = math.min(tonumber(ARGV[3]), PORTION)
for _, message in ipairs(redis.call('ZRANGE', again, '-inf', now, 'BYSCORE', 'LIMIT', 0, most)) do
  if bytes < BYTES then
    local id = narrow(message)
    local waiting = redis.call('XPENDING', stream, group, id, id, 1, '~')[1]
    local entry
    if waiting then
      redis.call('ZADD', again, HELD + ARGV[5], message)
      entry = redis.call('XCLAIM', stream, group, me, 0, id, 'RETRYCOUNT', waiting[4])[1]
    end
    if entry then
      answer[#answer + 1] = {id, waiting[4], entry[2]}
      for _, field in ipairs(entry[2]) do bytes = bytes + string.len(field) end
    else
      redis.call('ZREM', again, message)
    end
  end
end

local next = -1
local function soon(score)
  if score and tonumber(score) < HELD then
    local millis = math.max(0, math.ceil(tonumber(score) - now))
    if next < 0 or millis < next then next = millis end
  end
end
local head = redis.call('ZRANGE', again, 0, 0, 'WITHSCORES')
if head[2] and tonumber(head[2]) <= now then
  more = true
  if #answer > 2 then redis.call('XADD', calls, 'MAXLEN', 1, '*', 'c', '') end -- for one who has room
end
soon(head[2])
local first = redis.call('ZRANGE', consumers, 0, 1, 'WITHSCORES')
if first[1] ~= me then soon(first[2]) else soon(first[4]) end
answer[1] = next
if more then answer[2] = 1 end
return answer
