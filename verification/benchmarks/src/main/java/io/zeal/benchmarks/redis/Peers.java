package io.zeal.benchmarks.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.verification.servers.RedisServer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/**
 * Clients used directly, each in the way its documentation shows first, on hashes that hold the
 * fields of a {@link Player}. They share the hashes of one server; Zeal has rows of its own there.
 */
final class Peers {

  static final String LETTUCE = "Lettuce";
  static final String JEDIS = "Jedis";
  static final String POOL = "Jedis pool of 8";
  static final String PIPELINE = "Jedis pipeline";
  static final String REDISSON = "Redisson RMap";
  static final String BATCH = "Redisson RBatch";

  private static final int POOLED = 8;

  /** Started by the first candidate of a JVM, and ended with the JVM. */
  private static final class Started {
    static final RedisServer SERVER = RedisServer.start();
  }

  private Peers() {}

  static RedisServer server() {
    return Started.SERVER;
  }

  private static HostAndPort address() {
    return new HostAndPort(server().host(), server().port());
  }

  static Jedis jedis() {
    return new Jedis(address());
  }

  static Jedis filledJedis(Setting setting) {
    Jedis jedis = jedis();
    for (int row = 0; row < setting.rows(); row++) {
      jedis.hset(Picks.key(row), Player.number(row).fields());
    }
    return jedis;
  }

  /** Filled. */
  static redis.clients.jedis.RedisClient pool(Setting setting) {
    filledJedis(setting).close();
    ConnectionPoolConfig limits = new ConnectionPoolConfig();
    limits.setMaxTotal(POOLED);
    limits.setMaxIdle(POOLED);
    limits.setMinIdle(POOLED);
    limits.setMaxWait(Duration.ofSeconds(60));
    return redis.clients.jedis.RedisClient.builder()
        .hostAndPort(address())
        .clientConfig(DefaultJedisClientConfig.builder().socketTimeoutMillis(60_000).build())
        .poolConfig(limits)
        .build();
  }

  /** One connection of Lettuce, filled. */
  record LettucePeer(RedisClient client, StatefulRedisConnection<String, String> connection)
      implements AutoCloseable {

    static LettucePeer open(Setting setting) {
      filledJedis(setting).close();
      RedisClient client =
          RedisClient.create(
              RedisURI.builder()
                  .withHost(server().host())
                  .withPort(server().port())
                  .withTimeout(Duration.ofSeconds(60))
                  .build());
      return new LettucePeer(client, client.connect());
    }

    @Override
    public void close() {
      client.shutdown(0, 2, TimeUnit.SECONDS);
    }
  }

  /** Filled. */
  static RedissonClient redisson(Setting setting) {
    filledJedis(setting).close();
    Config config = new Config();
    config.setCodec(StringCodec.INSTANCE);
    config.useSingleServer().setAddress("redis://" + server().address()).setTimeout(60_000);
    return Redisson.create(config);
  }
}
