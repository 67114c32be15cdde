-- Records that messages were handled.
--
-- KEYS  1 stream  2 consumers  3 messages that come again
-- ARGV  1 group  2 consumer, then the ids in their order, each behind 'f' if it is fresh and 'a' if it came again
--
-- Answers 'lost', 1 if this consumer held all of them, or for each 1 or 0.

local stream, consumers, again = KEYS[1], KEYS[2], KEYS[3]
local group, me = ARGV[1], ARGV[2]
local sub = string.sub

if not redis.call('ZSCORE', consumers, me) then return 'lost' end

local count, ids = #ARGV - 2, {}
for i = 1, count do ids[i] = sub(ARGV[i + 2], 2) end

-- What it holds from the first to the last, in as few steps as there are gaps.
local owned, at = {}, 1
while at <= count do
  local most = count - at + 1
  local held = redis.call('XPENDING', stream, group, ids[at], ids[count], most, me)
  for i = 1, #held do owned[held[i][1]] = true end
  if #held < most then break end
  local seen = held[most][1]
  repeat at = at + 1 until at > count or less(seen, ids[at])
end

local mine, stood, before = {}, {}, {}
for i = 1, count do
  local id = ids[i]
  if owned[id] then
    mine[#mine + 1] = id
    stood[i] = 1
    if sub(ARGV[i + 2], 1, 1) == 'a' then
      before[#before + 1] = wide(id)
    end
  else
    stood[i] = 0
  end
end
if #mine > 0 then redis.call('XACK', stream, group, unpack(mine)) end
if #before > 0 then redis.call('ZREM', again, unpack(before)) end
if #mine == count then return 1 end
return stood
