-- Makes a message a dead letter, and settles it.
--
-- KEYS  1 stream  2 consumers  3 messages that come again  4 dead letters
-- ARGV  1 group  2 consumer  3 id  4 reason  5 hash of the stack trace, or ""
--       6 payload, 7 key: only if the message was asked for (2), without the key if it has none
--
-- Answers 'lost', 1, 0 if this consumer does not hold it, or 2 if it was cut off, so that its holder has to say what
-- it was.

local stream, consumers, again, letters = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, me, id = ARGV[1], ARGV[2], ARGV[3]

if not redis.call('ZSCORE', consumers, me) then return 'lost' end
local held = redis.call('XPENDING', stream, group, id, id, 1, me)[1]
if not held then return 0 end

local letter = {'m', id, 'c', held[4], 'r', ARGV[4]}
if ARGV[5] ~= '' then
  letter[#letter + 1] = 'h'
  letter[#letter + 1] = ARGV[5]
end
local entry = redis.call('XRANGE', stream, id, id)[1]
if entry then
  for at = 1, #entry[2], 2 do -- others may have written more, under names that mean something here
    local field = entry[2][at]
    if field == 'p' or field == 'k' then
      letter[#letter + 1] = field
      letter[#letter + 1] = entry[2][at + 1]
    end
  end
elseif ARGV[6] then
  letter[#letter + 1] = 'p'
  letter[#letter + 1] = ARGV[6]
  if ARGV[7] then
    letter[#letter + 1] = 'k'
    letter[#letter + 1] = ARGV[7]
  end
else
  return 2
end
redis.call('XADD', letters, '*', unpack(letter))
redis.call('XACK', stream, group, id)
redis.call('ZREM', again, wide(id))
return 1
