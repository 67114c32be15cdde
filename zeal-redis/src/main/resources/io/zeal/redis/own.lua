-- What a consumer holds without knowing it, because a reply was lost.
--
-- KEYS  1 stream  2 consumers  3 messages that come again
-- ARGV  1 group  2 consumer  3 how many at most, then the ids that it knows
--
-- Answers 'lost', or {{id, count, the number of its claim or 0 if it is fresh, fields}, ...}.

local stream, consumers, again = KEYS[1], KEYS[2], KEYS[3]
local group, me, most = ARGV[1], ARGV[2], tonumber(ARGV[3])

if not redis.call('ZSCORE', consumers, me) then return 'lost' end
local known = {}
for i = 4, #ARGV do known[ARGV[i]] = true end

local answer, bytes = {}, 0
for _, held in ipairs(redis.call('XPENDING', stream, group, '-', '+', #ARGV - 3 + most, me)) do
  local id = held[1]
  if not known[id] and #answer < most and bytes < 1048576 then
    local entry = redis.call('XRANGE', stream, id, id)[1]
    if entry then
      answer[#answer + 1] = {id, held[4], claim(again, id), entry[2]}
      for _, field in ipairs(entry[2]) do bytes = bytes + string.len(field) end
    else
      redis.call('XACK', stream, group, id) -- it was cut off
      redis.call('ZREM', again, wide(id))
    end
  end
end
return answer
