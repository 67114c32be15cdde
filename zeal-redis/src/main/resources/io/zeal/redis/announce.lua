-- Publishes a frame with the counts of some buckets as they are, and makes those that are not there.
--
-- KEYS  the buckets' counts
-- ARGV  the channel, the frame, the number of buckets (4 bytes), then for each its number (4 bytes) and a new epoch
--       (8 bytes)
-- Answers the counts. What a count is: announced.lua.

if not redis.acl_check_cmd('PUBLISH', ARGV[1], '') then
  return redis.error_reply('NOPERM this user has no permissions to publish on ' .. ARGV[1])
end
local counts, message = {}, {ARGV[2]}
for i = 1, #KEYS do
  local count = redis.call('GET', KEYS[i])
  if not count or #count ~= 16 or struct.unpack('>I8', count, 9) > 9007199254740991 then
    count = ARGV[3 + 2 * i] .. '\0\0\0\0\0\0\0\0'
    redis.call('SET', KEYS[i], count)
  end
  counts[i] = count
  message[2 * i] = ARGV[2 + 2 * i]
  message[2 * i + 1] = count
end
message[#message + 1] = ARGV[3]
redis.call('PUBLISH', ARGV[1], table.concat(message))
return counts
