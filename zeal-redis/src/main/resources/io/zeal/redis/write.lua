-- One change of one row, with its condition, its membership and its expiry: all of it or nothing.
--
-- KEYS  1 generation of the bucket  2 row  3 members  4 expiries
-- ARGV  1 generation that the row's key was made for  2 "1" if that generation is new and may be set
--       3 the row's key in members and expiries       4 time to live in milliseconds, "0" none, "-1" as it is
--       5 condition  6 number of its arguments, which follow
--       then the action and its arguments
-- Answers 1 applied, 0 skipped, 2 the sum is out of range, the sum as text, or {generation} if it is another one.
--
-- Whatever can fail comes before the first write: a script that fails midway keeps what it wrote. Whether the
-- server has memory left is decided once for the whole script.

local generation, row, members, expiries = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local key, ttl = ARGV[3], tonumber(ARGV[4])

local current = redis.call('GET', generation)
if current ~= ARGV[1] and (current or ARGV[2] == '0') then
  return {current or ''}
end

local condition, at = ARGV[5], 7
local arguments = tonumber(ARGV[6])
local action = ARGV[at + arguments]

-- Takes up to four expired rows out of the indexes: as each write adds at most one, they never pile up.
local function sweep(now)
  local due = redis.call('ZRANGE', expiries, '-inf', '(' .. now, 'BYSCORE', 'LIMIT', 0, 4)
  if #due > 0 then
    redis.call('ZREM', members, unpack(due))
    redis.call('ZREM', expiries, unpack(due))
  end
end

-- Membership and expiry of a row that was just written. A row that was there is a member already, and one that has
-- no expiry is not among the expiries; a new row may be there still from one that expired, so nothing is swept before
-- its own expiry is in place.
local function keep(isNew)
  if not current then redis.call('SET', generation, ARGV[1]) end
  if isNew then redis.call('ZADD', members, 0, key) end
  if ttl > 0 then
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    redis.call('PEXPIREAT', row, now + ttl)
    redis.call('ZADD', expiries, now + ttl, key)
    sweep(now)
  elseif isNew or (ttl == 0 and redis.call('PERSIST', row) == 1) then
    redis.call('ZREM', expiries, key)
  end
end

-- Stores fields and values; answers whether the row is new. Every row has every column.
local function store(from)
  return redis.call('HSET', row, unpack(ARGV, from)) > 0
end

-- What callers do most comes first and asks nothing twice.
if action == 'put' and condition == 'always' then
  keep(store(at + arguments + 1))
  return 1
end
local exists = redis.call('EXISTS', row) == 1

if condition == 'absent' then
  if exists then return 0 end
elseif condition ~= 'always' then
  if not exists then return 0 end
  for i = at, at + arguments - 1, 2 do
    if redis.call('HGET', row, ARGV[i]) ~= ARGV[i + 1] then return 0 end
  end
end
at = at + arguments + 1

if not exists and action ~= 'put' and action ~= 'add' then
  return 0
end

if action == 'put' then
  keep(store(at))
  return 1
end

if action == 'patch' then
  store(at)
  return 1
end

if action == 'touch' then
  keep(false)
  return 1
end

if action == 'remove' then
  redis.call('UNLINK', row)
  redis.call('ZREM', members, key)
  redis.call('ZREM', expiries, key)
  return 1
end

-- add: field, summand, kind, least, greatest, then every column with its zero, for a row that is not there yet.
local field, summand, kind = ARGV[at], ARGV[at + 1], ARGV[at + 2]
local zeros = at + 5

local function create(sum)
  store(zeros)
  redis.call('HSET', row, field, sum)
  keep(true)
  return sum
end

if kind == 'long' then
  -- Lua's numbers lose digits above 2^53; HINCRBY does not, and the sum is read back as text.
  if not exists then return create(summand) end
  local answer = redis.pcall('HINCRBY', row, field, summand)
  if type(answer) == 'table' and answer.err then
    if string.find(answer.err, 'overflow', 1, true) then return 2 end
    return answer
  end
  return redis.call('HGET', row, field)
end

local sum
if kind == 'integer' then
  local number = (exists and tonumber(redis.call('HGET', row, field)) or 0) + tonumber(summand)
  if number < tonumber(ARGV[at + 3]) or number > tonumber(ARGV[at + 4]) then return 2 end
  sum = string.format('%.0f', number)
else
  -- kind is the format of an IEEE number, '>d' or '>f': its bytes are the stored value.
  local before = exists and struct.unpack(kind, redis.call('HGET', row, field)) or 0
  sum = struct.pack(kind, before + struct.unpack(kind, summand))
  local value = struct.unpack(kind, sum)
  if value ~= value or value - value ~= 0 then return 2 end
end
if not exists then return create(sum) end
redis.call('HSET', row, field, sum)
return sum
