/** The driver "jedis" of the backend "redis". */
// Jedis has no module-info of its own: what it needs is named here, or nobody would resolve it.
@SuppressWarnings("requires-automatic")
module io.zeal.redis.jedis {
  requires io.zeal.redis;
  requires jdk.net;
  requires org.apache.commons.pool2;
  requires org.slf4j;
  requires redis.clients.jedis;
  requires static org.jspecify;

  provides io.zeal.redis.spi.RedisDriver with
      io.zeal.redis.jedis.JedisDriver;
}
