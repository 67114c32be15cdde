/** The backend "redis": Redis and Valkey, over a driver that is a module of its own. */
module io.zeal.redis {
  requires io.zeal.pubsub;
  requires transitive io.zeal;
  requires static org.jspecify;

  exports io.zeal.redis.spi;

  uses io.zeal.redis.spi.RedisDriver;

  provides io.zeal.spi.BackendProvider with
      io.zeal.redis.RedisBackendProvider;
}
