package io.zeal.benchmarks.tiered;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.verification.servers.RedisServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.redisson.Redisson;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.api.options.LocalCachedMapOptions.EvictionPolicy;
import org.redisson.config.Config;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.csc.DefaultCache;

/** Other near caches. Whoever has a bound has it at twice the rows, so that nobody evicts. */
final class Peers {

  static final String CAFFEINE = "Caffeine";
  static final String REDISSON = "Redisson RLocalCachedMap";
  static final String REDISSON_OBJECTS = "Redisson RLocalCachedMap, objects as keys";
  static final String JEDIS = "Jedis client-side caching";

  /** Of every copy of everybody who has one. */
  static final Duration TTL = Duration.ofHours(1);

  /** Started by the first candidate of a JVM, and ended with the JVM. */
  private static final class Started {
    static final RedisServer SERVER = RedisServer.start();
  }

  private Peers() {}

  static String address() {
    return Started.SERVER.address();
  }

  /** Filled; nobody changes it. */
  static Cache<String, Player> caffeine(Setting setting) {
    Cache<String, Player> cache =
        Caffeine.newBuilder().maximumSize(2L * setting.rows()).expireAfterWrite(TTL).build();
    for (int row = 0; row < setting.rows(); row++) {
      cache.put(Picks.key(row), Player.number(row));
    }
    return cache;
  }

  /** A client and its map, with the codec that it has unless told otherwise. */
  record RedissonMap(RedissonClient client, RLocalCachedMap<String, Player> map)
      implements AutoCloseable {

    /** As it comes, but for a bound. */
    static RedissonMap open(String address, int rows) {
      return open(address, options("players", rows));
    }

    /** Its fastest: a copy is found without serializing the key. */
    static RedissonMap openWithObjects(String address, int rows) {
      return open(address, options("players-objects", rows).useObjectAsCacheKey(true));
    }

    private static LocalCachedMapOptions<String, Player> options(String name, int rows) {
      return LocalCachedMapOptions.<String, Player>name(name)
          .cacheSize(2 * rows)
          .evictionPolicy(EvictionPolicy.LRU)
          .timeToLive(TTL);
    }

    private static RedissonMap open(String address, LocalCachedMapOptions<String, Player> options) {
      Config config = new Config();
      config.useSingleServer().setAddress("redis://" + address).setTimeout(60_000);
      RedissonClient client = Redisson.create(config);
      return new RedissonMap(client, client.getLocalCachedMap(options));
    }

    RedissonMap filled(Setting setting) {
      Map<String, Player> rows = new HashMap<>();
      for (int row = 0; row < setting.rows(); row++) {
        rows.put(Picks.key(row), Player.number(row));
      }
      map.putAll(rows);
      return this;
    }

    @Override
    public void close() {
      client.shutdown();
    }
  }

  /** Its usual cache, that takes servers before 7.4 too: they have had what it needs since 6.0. */
  private static final class JedisCache extends DefaultCache {

    JedisCache(int size) {
      super(size);
    }

    @Override
    public boolean compatibilityMode() {
      return true;
    }
  }

  /** A pool of connections with one cache, filled; the server tells it what to forget. */
  static RedisClient jedis(Setting setting) {
    RedisClient jedis =
        RedisClient.builder()
            .hostAndPort(HostAndPort.from(address()))
            .clientConfig(
                DefaultJedisClientConfig.builder()
                    .protocol(RedisProtocol.RESP3)
                    .socketTimeoutMillis(60_000)
                    .build())
            .cache(new JedisCache(2 * setting.rows()))
            .build();
    for (int row = 0; row < setting.rows(); row++) {
      jedis.hset(Picks.key(row), Player.number(row).fields());
    }
    return jedis;
  }
}
