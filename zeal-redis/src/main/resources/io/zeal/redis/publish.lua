-- Publishes messages to a stream, in their order: all of them or none.
--
-- KEYS  1 stream  2 what is remembered of the publisher id, if there is one
-- ARGV  1 how long that is, in milliseconds  2 "any" or "acknowledged": which messages may be cut off; "" for no cut
--       3 how many stay  4 "1" if there is a key  5 the key, then the payloads
--
-- Answers the ids; of a publisher id that is remembered, the id it made.
--
-- What was acknowledged is cut off in small steps, some more than were published, so that a long stream does not
-- become the work of one publication.

local stream, trim, most = KEYS[1], ARGV[2], tonumber(ARGV[3])

local function groups()
  local all = {}
  for i, group in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    all[i] = fields(group)
  end
  return all
end

if KEYS[2] then
  local before = redis.call('GET', KEYS[2])
  if before then return {before} end
end

local ids = {}
for i = 6, #ARGV do
  if ARGV[4] == '1' then
    ids[#ids + 1] = redis.call('XADD', stream, '*', 'p', ARGV[i], 'k', ARGV[5])
  else
    ids[#ids + 1] = redis.call('XADD', stream, '*', 'p', ARGV[i])
  end
end
if KEYS[2] then redis.call('SET', KEYS[2], ids[1], 'PX', ARGV[1]) end

if trim == 'any' then
  if redis.call('XTRIM', stream, 'MAXLEN', '~', most) > 0 then
    -- A group that had not read what was cut off would count it for ever.
    local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
    for _, group in ipairs(groups()) do
      local last = group['last-delivered-id']
      if first and less(last, first[1]) then
        local info = fields(redis.call('XINFO', 'STREAM', stream))
        redis.call('XGROUP', 'SETID', stream, group.name, last, 'ENTRIESREAD', info['entries-added'] - info.length)
      end
    end
  end
elseif trim == 'acknowledged' then
  local length = redis.call('XLEN', stream)
  if length > most then
    local pending, read = {}, {}
    for _, group in ipairs(groups()) do
      local oldest = redis.call('XPENDING', stream, group.name, '-', '+', 1)[1]
      if oldest then pending[#pending + 1] = oldest[1] else read[#read + 1] = group['last-delivered-id'] end
    end
    local function settled(id)
      for _, oldest in ipairs(pending) do if not less(id, oldest) then return false end end
      for _, last in ipairs(read) do if less(last, id) then return false end end
      return true
    end
    local cut, from, bytes = 0, '-', 0
    local limit = math.min(length - most, #ids + 100)
    while cut < limit and bytes < 1048576 do
      local entry = redis.call('XRANGE', stream, from, '+', 'COUNT', 1)[1]
      if not entry or not settled(entry[1]) then break end
      cut = cut + 1
      bytes = bytes + string.len(entry[2][2])
      from = '(' .. entry[1]
    end
    if cut > 0 then redis.call('XTRIM', stream, 'MAXLEN', length - cut) end
  end
end
return ids
