-- One of the scripts that change rows of one bucket, and the announcement of what it changed, as one step.
--
-- KEYS  those of the change, then the bucket's count
-- ARGV  those of the change, then the channel, the frame, the bucket (4 bytes), a new epoch (8 bytes)
-- Answers what the change answers if it changed nothing; else {count, that answer}.
--
-- The count is the bucket's epoch and number, 8 bytes each, as they stand in the trailer of a message. The epoch comes
-- with the call, since a server's own random numbers begin alike each time, and is taken where no count is found. A
-- number goes through Lua's doubles, so before it could lose a digit, at 2^53, the count begins anew.

local function change()
-- (the change)
end

local epoch, bucket = table.remove(ARGV), table.remove(ARGV)
local frame, channel = table.remove(ARGV), table.remove(ARGV)
local counter = table.remove(KEYS)

-- What may not be announced is not changed either. Memory needs no question: the change asks for it first, and from
-- its first write on the server refuses nothing more for want of memory.
if not redis.acl_check_cmd('PUBLISH', channel, '') then
  return redis.error_reply('NOPERM this user has no permissions to publish on ' .. channel)
elseif not redis.acl_check_cmd('SET', counter, '') then
  return redis.error_reply('NOPERM this user has no permissions to set the count ' .. counter)
end
local count = redis.call('GET', counter)

local whole, answer = pcall(change)
if not whole then
  if type(answer) ~= 'table' then answer = {err = 'ERR ' .. tostring(answer)} end
  -- It may have changed something before it failed; without memory it has not.
  if string.sub(answer.err, 1, 3) == 'OOM' then return answer end
elseif answer == 0 or answer == 2 then
  return answer
elseif type(answer) == 'table' and (answer.err or #answer == 1 or #answer > 2 * (#KEYS - 3)) then
  return answer
end

local number = 0
if count and #count == 16 and struct.unpack('>I8', count, 9) < 9007199254740991 then
  epoch, number = string.sub(count, 1, 8), struct.unpack('>I8', count, 9)
end
count = epoch .. struct.pack('>I8', number + 1)
redis.call('SET', counter, count)
redis.call('PUBLISH', channel, frame .. bucket .. count .. '\0\0\0\1')
if not whole then return answer end
return {count, answer}
