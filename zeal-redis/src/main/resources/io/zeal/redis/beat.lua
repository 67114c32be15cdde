-- A consumer says that it lives. KEYS 1 consumers  ARGV 1 consumer  2 for how many milliseconds
-- Answers 1, or 'lost' if others have taken over what it held.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'lost' end
redis.call('ZADD', KEYS[1], clock() + ARGV[2], ARGV[1])
return 1
