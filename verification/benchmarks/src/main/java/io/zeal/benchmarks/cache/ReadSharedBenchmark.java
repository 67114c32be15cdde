package io.zeal.benchmarks.cache;

import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Pace;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import io.zeal.verification.servers.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RMapCache;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.springframework.cache.Cache;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;
import tools.jackson.databind.json.JsonMapper;

/** What does a cache add to one GET, and to decoding what it answers? */
public record ReadSharedBenchmark(Driver driver) implements Benchmark {

  private static final String NAME = "documents";
  private static final JsonMapper MAPPER = JsonMapper.shared();

  /** Started by the first candidate of a JVM, and ended with the JVM. */
  private static final class Started {
    static final RedisServer SERVER = RedisServer.start();
  }

  @Override
  public String area() {
    return CacheBenchmarks.AREA;
  }

  @Override
  public String name() {
    return "ReadShared-" + driver;
  }

  @Override
  public String work() {
    return "get a record of 1 KB from Redis, p50";
  }

  @Override
  public Timing timing() {
    return Timing.P50;
  }

  /** In slices of 40 ms the clients are still being compiled when the rounds begin to count. */
  @Override
  public Pace pace(Pace usual) {
    return new Pace(
        usual.coldRounds(),
        usual.warmUpRounds(),
        Duration.ofMillis(250),
        usual.rounds(),
        Duration.ofMillis(150),
        false);
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000, 1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.demanded(driver.peer, 1.2));
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate("Zeal on " + driver.id, this::zeal),
        new Candidate(
            driver.peer,
            switch (driver) {
              case LETTUCE -> ReadSharedBenchmark::lettuce;
              case JEDIS -> ReadSharedBenchmark::jedis;
            }),
        new Candidate("Redisson RMapCache", ReadSharedBenchmark::redisson),
        new Candidate("Spring RedisCache", ReadSharedBenchmark::spring));
  }

  private Subject zeal(Setting setting) {
    return ReadHitBenchmark.reading(ZealCache.open(setting, driver, Started.SERVER, MAPPER));
  }

  private static byte[] encoded(int row) {
    return MAPPER.writeValueAsBytes(Document.number(row));
  }

  private static Subject lettuce(Setting setting) {
    RedisClient client = RedisClient.create("redis://" + Started.SERVER.address());
    StatefulRedisConnection<String, byte[]> connection =
        client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
    RedisCommands<String, byte[]> commands = connection.sync();
    for (int row = 0; row < setting.rows(); row++) {
      commands.set(Picks.key(row), encoded(row), SetArgs.Builder.ex(Peers.TTL));
    }
    return Subject.of(
        () -> client.shutdown(0, 2, TimeUnit.SECONDS),
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            byte[] bytes = Objects.requireNonNull(commands.get(picks.key()));
            sink.consume(MAPPER.readValue(bytes, Document.class));
          }
        });
  }

  private static Subject jedis(Setting setting) {
    Jedis jedis = new Jedis(Started.SERVER.host(), Started.SERVER.port());
    for (int row = 0; row < setting.rows(); row++) {
      jedis.set(
          utf8(Picks.key(row)), encoded(row), SetParams.setParams().ex(Peers.TTL.toSeconds()));
    }
    return Subject.of(
        jedis,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            byte[] bytes = Objects.requireNonNull(jedis.get(utf8(picks.key())));
            sink.consume(MAPPER.readValue(bytes, Document.class));
          }
        });
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** With the codec that it has unless told otherwise. */
  private static Subject redisson(Setting setting) {
    Config config = new Config();
    config.useSingleServer().setAddress("redis://" + Started.SERVER.address());
    RedissonClient redisson = Redisson.create(config);
    RMapCache<String, Document> map = redisson.getMapCache(NAME);
    for (int row = 0; row < setting.rows(); row++) {
      map.fastPut(Picks.key(row), Document.number(row), Peers.TTL.toSeconds(), TimeUnit.SECONDS);
    }
    return Subject.of(
        redisson::shutdown,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(map.get(picks.key()));
          }
        });
  }

  /** With the serializer that it has unless told otherwise. */
  private static Subject spring(Setting setting) {
    LettuceConnectionFactory connections =
        new LettuceConnectionFactory(Started.SERVER.host(), Started.SERVER.port());
    connections.afterPropertiesSet();
    connections.start();
    Cache cache =
        Objects.requireNonNull(
            RedisCacheManager.builder(connections)
                .cacheDefaults(RedisCacheConfiguration.defaultCacheConfig().entryTtl(Peers.TTL))
                .build()
                .getCache(NAME));
    for (int row = 0; row < setting.rows(); row++) {
      cache.put(Picks.key(row), Document.number(row));
    }
    return Subject.of(
        connections::destroy,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(cache.get(picks.key(), Document.class));
          }
        });
  }
}
