-- Makes a stream and a group if they are not there, and a consumer in it.
--
-- KEYS  1 stream  2 consumers  3 calls
-- ARGV  1 group  2 consumer  3 after how many milliseconds without a sign of life it is silent
--       4 where a new group begins: "0" with the oldest message, "$" with those to come
--
-- Says how many messages of the stream lie before the group's beginning, which alone lets the server count what is
-- left to read.

local group = ARGV[1]

local function create(stream, start, before)
  local answer = redis.pcall('XGROUP', 'CREATE', stream, group, start, 'MKSTREAM', 'ENTRIESREAD', before)
  if answer.err and string.sub(answer.err, 1, 9) ~= 'BUSYGROUP' then return answer end
end

local before = 0
if redis.call('EXISTS', KEYS[1]) == 1 then
  local info = fields(redis.call('XINFO', 'STREAM', KEYS[1]))
  before = info['entries-added']
  if ARGV[4] == '0' then before = before - info.length end
end
local failed = create(KEYS[1], ARGV[4], before) or create(KEYS[3], '$', 0)
if failed then return failed end

redis.call('ZADD', KEYS[2], clock() + ARGV[3], ARGV[2])
redis.call('XGROUP', 'CREATECONSUMER', KEYS[1], group, ARGV[2])
return 1
