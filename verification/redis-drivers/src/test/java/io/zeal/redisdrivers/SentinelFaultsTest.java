package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.MaxBytes;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.verification.servers.RedisSentinels;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A primary that sentinels replace, over each driver. */
class SentinelFaultsTest {

  record Row(@MaxBytes(64) String name, long number) {}

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @ParameterizedTest
  @ValueSource(strings = {"lettuce", "jedis", "redisson"})
  void writesGoOnAtThePrimaryThatTookOver(String driver) {
    try (RedisSentinels sentinels = ServerTests.startOrSkip(RedisSentinels::start);
        Zeal zeal = open(sentinels, driver)) {
      Store<Row> store = zeal.store("rows", Schema.of(Row.class));
      store.put("a", new Row("before", 1));
      RedisServer promoted = sentinels.killPrimary();
      awaitWrite(store, "b");
      assertThat(store.get("b")).contains(new Row("after", 2));
      assertThat(String.valueOf(promoted.command("EXISTS", "zeal:s:{rows:0}:g"))).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lettuce", "jedis", "redisson"})
  void primaryThatHangsIsLeft(String driver) {
    try (RedisSentinels sentinels = ServerTests.startOrSkip(RedisSentinels::start);
        Zeal zeal = open(sentinels, driver)) {
      Store<Row> store = zeal.store("rows", Schema.of(Row.class));
      store.put("a", new Row("before", 1));
      RedisServer primary = sentinels.primary();
      primary.pause();
      try {
        awaitWrite(store, "b");
        assertThat(store.get("b")).contains(new Row("after", 2));
      } finally {
        primary.resume();
      }
    }
  }

  private static Zeal open(RedisSentinels sentinels, String driver) {
    String hosts =
        sentinels.ports().stream()
            .map(port -> "127.0.0.1:" + port)
            .collect(Collectors.joining(","));
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.url", "redis+sentinel://" + hosts + "/" + sentinels.primaryName())
            .set("zeal.redis.driver", driver)
            .set("zeal.redis.timeout", "1s")
            .build());
  }

  private static void awaitWrite(Store<Row> store, String key) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        store.put(key, new Row("after", 2));
        return;
      } catch (ZealException e) {
        assertThat(System.nanoTime() - end).as("a put within %s; found %s", LIMIT, e).isNegative();
        LockSupport.parkNanos(5_000_000);
      }
    }
  }
}
