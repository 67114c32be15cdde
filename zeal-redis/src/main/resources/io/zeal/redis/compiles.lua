-- Whether a text is a script by itself: one that is not could end the function that touched.lua makes of it.
--
-- ARGV  the text
-- Answers 1, or the error that a server has for such a script.

local _, words = loadstring(ARGV[1], '@user_script')
if words then return redis.error_reply('ERR Error compiling script (new function): ' .. words) end
return 1
