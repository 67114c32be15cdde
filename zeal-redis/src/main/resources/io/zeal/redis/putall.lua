-- Puts several rows of one bucket, each with its membership and its expiry.
--
-- KEYS  1 generation of the bucket  2 members  3 expiries, then the rows
-- ARGV  1 generation that the keys were made for  2 "1" if that generation is new and may be set
--       3 time to live in milliseconds, "0" none  4 where in a row's key its key in the indexes begins,
--       then the columns' names, then for each row its values
--
-- A text for each number of columns: COLUMNS stands for the number, and FIELDS for so many names and values, as the
-- arguments of one call. Collecting them in a table took a third of the script's time.
--
-- Answers 1; {generation} if it is another one; or {'', position, error, ...} of the rows that could not be put.
--
-- Indexes are changed once for all rows: nobody sees a state in between. A row of a foreign type does not keep the
-- others from theirs. Whether the server has memory left is decided once for the whole script.

local generation, members, expiries = KEYS[1], KEYS[2], KEYS[3]
local ttl, begin = tonumber(ARGV[3]), tonumber(ARGV[4])

local current = redis.call('GET', generation)
if current ~= ARGV[1] and (current or ARGV[2] == '0') then
  return {current or ''}
end

local hasExpiries = redis.call('EXISTS', expiries) == 1
local now, expiry
if ttl > 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
  expiry = now + ttl
end

local added, expiring, lasting, failed = {}, {}, {}, {''}
local pcall, KEYS, ARGV = redis.pcall, KEYS, ARGV
local at = 5 + COLUMNS
for i = 4, #KEYS do
  local row = KEYS[i]
  local new = pcall('HSET', row, FIELDS)
  at = at + COLUMNS
  -- A row that was there, in a store without expiry, has nothing left to do: it is asked for first.
  if new ~= 0 or ttl > 0 or hasExpiries then
    if type(new) == 'table' then
      if i == 4 and string.sub(new.err, 1, 3) == 'OOM' then return new end
      failed[#failed + 1] = tostring(i - 4)
      failed[#failed + 1] = new.err
    else
      if new > 0 then
        added[#added + 1] = 0
        added[#added + 1] = string.sub(row, begin)
      end
      if ttl > 0 then
        redis.call('PEXPIREAT', row, expiry)
        expiring[#expiring + 1] = expiry
        expiring[#expiring + 1] = string.sub(row, begin)
      elseif hasExpiries and (new > 0 or redis.call('PERSIST', row) == 1) then
        lasting[#lasting + 1] = string.sub(row, begin)
      end
    end
  end
end

if #failed > 2 * (#KEYS - 3) then
  return failed
end
if not current then redis.call('SET', generation, ARGV[1]) end
if #added > 0 then redis.call('ZADD', members, unpack(added)) end
if #lasting > 0 then redis.call('ZREM', expiries, unpack(lasting)) end
if #expiring > 0 then
  redis.call('ZADD', expiries, unpack(expiring))
  -- Four for each row, so that expired ones never pile up.
  local due = redis.call('ZRANGE', expiries, '-inf', '(' .. now, 'BYSCORE', 'LIMIT', 0, 4 * (#KEYS - 3))
  if #due > 0 then
    redis.call('ZREM', members, unpack(due))
    redis.call('ZREM', expiries, unpack(due))
  end
end
return #failed == 1 and 1 or failed
