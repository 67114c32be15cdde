-- In front of each script about streams.

-- Whether one id comes before another: by their digits, of which a number would forget the last.
local function smaller(a, b)
  local long = string.len(a) - string.len(b)
  return long < 0 or (long == 0 and a < b)
end
local function less(a, b)
  local am, as = string.match(a, '(%d+)-(%d+)')
  local bm, bs = string.match(b, '(%d+)-(%d+)')
  return smaller(am, bm) or (am == bm and smaller(as, bs))
end

-- An id as a text that sorts as ids do, and back.
local function wide(id)
  local ms, seq = string.match(id, '(%d+)-(%d+)')
  return ms .. '-' .. string.rep('0', 12 - string.len(seq)) .. seq
end
local function narrow(text)
  local ms, seq = string.match(text, '(%d+)-0*(%d+)')
  return ms .. '-' .. seq
end

-- What XINFO says, by name.
local function fields(flat)
  local named = {}
  for at = 1, #flat, 2 do named[flat[at]] = flat[at + 1] end
  return named
end

local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Where a message that comes again stands while a consumer holds it: behind every time, at 2^52 and the claim's number.
local HELD = 4503599627370496

-- The number of the claim of a message that is held; 0 for a fresh one, which is not among those that come again.
local function claim(again, id)
  return tonumber(redis.call('ZSCORE', again, wide(id)) or HELD) - HELD
end

