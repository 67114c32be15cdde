-- Records what a store or counter is, or answers what it is already. KEYS 1 the record; ARGV fields and values.
-- Answers the values that stand there, in the order of the fields.
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], unpack(ARGV))
end
local fields = {}
for i = 1, #ARGV, 2 do
  fields[#fields + 1] = ARGV[i]
end
return redis.call('HMGET', KEYS[1], unpack(fields))
