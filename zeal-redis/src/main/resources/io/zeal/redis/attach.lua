-- Records what a store or counter is, or answers what it is already. KEYS 1 the record.
-- ARGV 1 how many milliseconds it is kept from now, "0" for good, then fields and values.
-- Answers the values that stand there, in the order of the fields.
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], unpack(ARGV, 2))
end
if ARGV[1] ~= '0' then redis.pcall('PEXPIRE', KEYS[1], ARGV[1]) end
local fields = {}
for i = 2, #ARGV, 2 do
  fields[#fields + 1] = ARGV[i]
end
return redis.call('HMGET', KEYS[1], unpack(fields))
