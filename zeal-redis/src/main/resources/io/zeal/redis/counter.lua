-- One change of one counter. KEYS 1 its value, absent while untouched  2 the record of its options.
-- ARGV  1 initial value  2 window in milliseconds, "0" none  3 how long the record is kept from the beginning of a
--       window on  4 action, then its arguments
-- Answers the value afterwards as text, or nothing if the condition did not hold; a sum out of range is the
-- server's own error about an overflow.
local key, initial, window, action = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[4]
local value = redis.call('GET', key)

-- Whether a <= b, both decimal digits without leading zeros: Lua's own numbers lose digits above 2^53.
local function atMost(a, b)
  local negative = string.sub(a, 1, 1) == '-'
  if negative ~= (string.sub(b, 1, 1) == '-') then return negative end
  if negative then a, b = string.sub(b, 2), string.sub(a, 2) end
  if #a ~= #b then return #a < #b end
  return a <= b
end

local function set(next)
  if value then
    redis.call('SET', key, next, 'KEEPTTL')
  elseif window > 0 then
    redis.call('SET', key, next, 'PX', ARGV[2])
    redis.pcall('PEXPIRE', KEYS[2], ARGV[3])
  else
    redis.call('SET', key, next)
  end
  return next
end

if action == 'reset' then
  redis.call('UNLINK', key)
  return initial
end
if action == 'set' then
  return set(ARGV[5])
end
if action == 'cas' then
  if (value or initial) ~= ARGV[5] then return false end
  return set(ARGV[6])
end

-- add: delta, and the greatest value that the delta may meet, or '' for no bound.
if ARGV[6] ~= '' and not atMost(value or initial, ARGV[6]) then
  return false
end
if not value then set(initial) end
local answer = redis.pcall('INCRBY', key, ARGV[5])
if type(answer) == 'table' and answer.err then
  if not value then redis.call('UNLINK', key) end
  return answer
end
return redis.call('GET', key)
