-- Records that messages were handled.
--
-- KEYS  1 stream  2 consumers  3 messages that come again
-- ARGV  1 group  2 consumer  3 how many ids  4 the ids in their order, then once more those that came again
--
-- Answers 'lost', 1 if this consumer held all of them, or for each 1 or 0.

local stream, consumers, again = KEYS[1], KEYS[2], KEYS[3]
local group, me, count = ARGV[1], ARGV[2], tonumber(ARGV[3])
local last = 3 + count

if not redis.call('ZSCORE', consumers, me) then return 'lost' end

-- As a rule it holds these and none between them. What is done for each id here is most of what the trip costs.
local held = redis.call('XPENDING', stream, group, ARGV[4], ARGV[last], count, me)
local all = #held == count
for i = 1, count do
  if not all then break end
  all = held[i][1] == ARGV[i + 3]
end

local answer, owned = 1, nil
if all then
  redis.call('XACK', stream, group, unpack(ARGV, 4, last))
else
  -- What it holds from the first to the last, in as few steps as there are gaps.
  owned = {}
  local at, most = 4, count
  while true do
    for i = 1, #held do owned[held[i][1]] = true end
    if #held < most then break end
    local seen = held[most][1]
    repeat at = at + 1 until at > last or less(seen, ARGV[at])
    if at > last then break end
    most = last - at + 1
    held = redis.call('XPENDING', stream, group, ARGV[at], ARGV[last], most, me)
  end
  local mine = {}
  answer = {}
  for i = 1, count do
    local id = ARGV[i + 3]
    if owned[id] then mine[#mine + 1] = id end
    answer[i] = owned[id] and 1 or 0
  end
  if #mine > 0 then redis.call('XACK', stream, group, unpack(mine)) end
end

local before = {}
for i = last + 1, #ARGV do
  if all or owned[ARGV[i]] then before[#before + 1] = wide(ARGV[i]) end
end
if #before > 0 then redis.call('ZREM', again, unpack(before)) end
return answer
