-- Adds to a column of 64 bits of one row, without a condition; a row that is not there yet comes to life.
--
-- KEYS  1 generation of the bucket  2 row  3 members  4 expiries
-- ARGV  1 generation that the row's key was made for  2 "1" if that generation is new and may be set
--       3 the row's key in members and expiries       4 time to live in milliseconds, "0" none, for a new row
--       5 field  6 summand  then every column with its zero: two or more
-- Answers the sum as text, 2 if it is out of range, or {generation} if it is another one.

local current = redis.call('GET', KEYS[1])
if current ~= ARGV[1] and (current or ARGV[2] == '0') then
  return {current or ''}
end

local row, field = KEYS[2], ARGV[5]
local sum = redis.pcall('HINCRBY', row, field, ARGV[6])
if type(sum) == 'table' then
  if string.find(sum.err, 'overflow', 1, true) then return 2 end
  return sum
end

-- A new row has this one field so far. Nobody saw it.
if sum == tonumber(ARGV[6]) and redis.call('HLEN', row) == 1 then
  local key, ttl = ARGV[3], tonumber(ARGV[4])
  redis.call('HSET', row, unpack(ARGV, 7))
  redis.call('HSET', row, field, ARGV[6])
  if not current then redis.call('SET', KEYS[1], ARGV[1]) end
  redis.call('ZADD', KEYS[3], 0, key)
  if ttl > 0 then
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    redis.call('PEXPIREAT', row, now + ttl)
    redis.call('ZADD', KEYS[4], now + ttl, key)
    local due = redis.call('ZRANGE', KEYS[4], '-inf', '(' .. now, 'BYSCORE', 'LIMIT', 0, 4)
    if #due > 0 then
      redis.call('ZREM', KEYS[3], unpack(due))
      redis.call('ZREM', KEYS[4], unpack(due))
    end
  else
    redis.call('ZREM', KEYS[4], key)
  end
  return ARGV[6]
end

-- Lua's numbers lose digits above 2^53; HINCRBY does not, and a large sum is read back as text.
if sum < 9007199254740992 and sum > -9007199254740992 then return string.format('%.0f', sum) end
return redis.call('HGET', row, field)
