
end
-- Behind a script of the application that may have changed rows of announced stores: announces, within the step, each
-- bucket that its keys of a store belong to, and all buckets of a store of which it was given no key; on a cluster,
-- where those are in several slots, a script without a key of the store is refused before it comes here. The script
-- stands above as the function `script`, its first line on the first line of this text, so that its errors name its own
-- lines.
--
-- KEYS  the script's own, then the count of each bucket
-- ARGV  the script's own, then for each bucket the channel, the frame, the bucket (4 bytes) and a new epoch (8 bytes),
--       then how many buckets, and the number of the database
-- Answers {{count, ...}, answer}, without counts if nothing can have changed; or the script's error; or {words} of a
-- refusal before the script, which no script can answer or fail with.

local database = table.remove(ARGV)
local buckets = {}
for i = tonumber(table.remove(ARGV)), 1, -1 do
  local bucket = {counter = table.remove(KEYS), epoch = table.remove(ARGV), number = table.remove(ARGV)}
  bucket.frame, bucket.channel = table.remove(ARGV), table.remove(ARGV)
  if not redis.acl_check_cmd('PUBLISH', bucket.channel, '') then
    return {'NOPERM this user has no permissions to publish on ' .. bucket.channel}
  elseif not redis.acl_check_cmd('SET', bucket.counter, '') then
    return {'NOPERM this user has no permissions to set the count ' .. bucket.counter}
  end
  bucket.count = redis.pcall('GET', bucket.counter)
  if type(bucket.count) == 'table' then return {bucket.count.err} end
  buckets[i] = bucket
end

-- An error is told in the words that a server would have had for it, with the line where it happened: level 3 is a
-- line that failed, level 4 one that called what failed.
local whole, answer = xpcall(script, function(failure)
  local words = failure
  if type(failure) == 'table' then words = failure.err else words = 'ERR ' .. tostring(failure) end
  local _, line = pcall(error, '', 3)
  if line == '' then _, line = pcall(error, '', 4) end
  line = string.match(tostring(line), '^(.*): $')
  return {err = tostring(words) .. (line and ' script: (digest), on @' .. line .. '.' or '')}
end)

-- The script may have turned off replication, and gone to another database than that of its keys. Who may not SELECT
-- has not.
redis.set_repl(redis.REPL_ALL)
if redis.acl_check_cmd('SELECT', database) then redis.pcall('SELECT', database) end
local counts = {}
for i, bucket in ipairs(buckets) do
  local epoch, number, count = bucket.epoch, 0, bucket.count
  if count and #count == 16 and struct.unpack('>I8', count, 9) < 9007199254740991 then
    epoch, number = string.sub(count, 1, 8), struct.unpack('>I8', count, 9)
  end
  count = epoch .. struct.pack('>I8', number + 1)
  local set = redis.pcall('SET', bucket.counter, count)
  if set.err then
    -- A server that takes no writes, for want of memory, of replicas or of a disk, refuses the first of a script and
    -- none later: then the script wrote nothing, and there is nothing to announce.
    local code = string.match(set.err, '^%u+')
    if code == 'OOM' or code == 'NOREPLICAS' or code == 'MISCONF' or code == 'READONLY' then break end
    return set
  end
  redis.call('PUBLISH', bucket.channel, bucket.frame .. bucket.number .. count .. '\0\0\0\1')
  counts[i] = count
end
if not whole or (type(answer) == 'table' and answer.err) then return answer end
return {counts, answer}
