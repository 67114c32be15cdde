-- How a group does. KEYS 1 stream  2 dead letters  3 numbers  ARGV 1 group
-- Answers {lag, pending, age of the oldest message in milliseconds, retries, dead letters}, or nothing if there is no
-- such group.

local stream = KEYS[1]

if redis.call('EXISTS', stream) == 0 then return false end
local found
for _, group in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
  group = fields(group)
  if group.name == ARGV[1] then found = group end
end
if not found then return false end

local last = found['last-delivered-id']
local length = redis.call('XLEN', stream)
local oldest = redis.call('XPENDING', stream, ARGV[1], '-', '+', 1)[1]
oldest = oldest and oldest[1]
local lag = 0
local next = redis.call('XRANGE', stream, '(' .. last, '+', 'COUNT', 1)[1]
if next then
  if not oldest or less(next[1], oldest) then oldest = next[1] end
  local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  if less(last, first[1]) then
    lag = length
  elseif found.lag then
    lag = math.max(1, math.min(found.lag, length))
  else
    -- Somebody else removed messages from the middle; the server does not know. Counted, up to a limit.
    local from = '(' .. last
    while lag < 10000 do
      local some = redis.call('XRANGE', stream, from, '+', 'COUNT', 100)
      if #some == 0 then break end
      lag = lag + #some
      from = '(' .. some[#some][1]
    end
  end
end

local age = 0
if oldest then
  age = math.max(0, clock() - tonumber(string.match(oldest, '%d+')))
end
return {lag, found.pending, age, tonumber(redis.call('HGET', KEYS[3], 'retries') or 0), redis.call('XLEN', KEYS[2])}
