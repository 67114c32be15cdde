-- A row and what is left of its life, of one moment. KEYS 1 row; ARGV its columns.
-- Answers {what PTTL says, {the columns}}.
return {redis.call('PTTL', KEYS[1]), redis.call('HMGET', KEYS[1], unpack(ARGV))}
