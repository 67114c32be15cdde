package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.BackendUnavailableException;
import io.zeal.MaxBytes;
import io.zeal.Outcome;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.RedisSentinels;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.Request;
import io.zeal.verification.servers.ServerTests;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A primary that sentinels replace, over each driver. */
class SentinelFaultsTest {

  record Row(@MaxBytes(64) String name, long number) {}

  @ParameterizedTest
  @ValueSource(strings = {"lettuce", "jedis", "redisson"})
  void writesGoOnAtThePrimaryThatTookOver(String driver) {
    try (RedisSentinels sentinels = ServerTests.startOrSkip(RedisSentinels::start);
        Zeal zeal = open(sentinels, driver)) {
      Store<Row> store = zeal.store("rows", Schema.of(Row.class));
      store.put("a", new Row("before", 1));
      long connections = connectionsOpened(zeal);
      RedisServer promoted = sentinels.killPrimary();
      awaitWrite(store, "b");
      assertThat(connectionsOpened(zeal)).isGreaterThan(connections);
      assertThat(store.get("b")).contains(new Row("after", 2));
      assertThat(String.valueOf(promoted.command("EXISTS", "zeal:s:{rows:0}:g"))).isEqualTo("1");
    }
  }

  private static long connectionsOpened(Zeal zeal) {
    return zeal.stats().parts().get("backend").numbers().get("connectionsOpened");
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

  @ParameterizedTest
  @ValueSource(strings = {"lettuce", "jedis", "redisson"})
  void aFailoverUnderTrafficLosesAndRepeatsNothing(String driver) {
    try (RedisSentinels sentinels = ServerTests.startOrSkip(RedisSentinels::start);
        Zeal zeal = open(sentinels, driver)) {
      Traffic traffic = new Traffic(zeal, "traffic");
      traffic.goOnFor(200);

      Replication.stopWritesAndCatchUp(sentinels.primary(), sentinels.replica());
      sentinels.killPrimary();

      traffic.goOnFor(500);
      traffic.quietFor(200);
      traffic.end();
      traffic.verify();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lettuce", "jedis", "redisson"})
  void aWriteWhoseReplyIsCutHappensOnce(String driver) {
    try (RedisSentinels sentinels = ServerTests.startOrSkip(RedisSentinels::start);
        Zeal zeal = open(sentinels, driver)) {
      FaultProxy proxy = sentinels.proxy(sentinels.primary());
      Store<Row> store = zeal.store("rows", Schema.of(Row.class));
      store.put("k", new Row("n", 0));
      store.increment("k", "number", 0);
      for (int i = 1; i <= 50; i++) {
        proxy.executeThenCut(1, Request.named("EVALSHA"));
        assertThatExceptionOfType(BackendUnavailableException.class)
            .isThrownBy(() -> store.increment("k", "number", 1))
            .satisfies(e -> assertThat(e.outcome()).contains(Outcome.UNKNOWN));
        assertThat(store.getLong("k", "number")).hasValue(i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lettuce", "jedis", "redisson"})
  void anInstanceThatSleptThroughAFailoverDoesNotReadTheOldPrimary(String driver) {
    try (RedisSentinels sentinels = ServerTests.startOrSkip(RedisSentinels::start);
        Zeal idle = open(sentinels, driver)) {
      Map<String, Row> rows = new HashMap<>();
      for (int i = 0; i < 150; i++) {
        rows.put("k" + i, new Row("before", 1));
      }
      Store<Row> store = idle.store("rows", Schema.of(Row.class));
      store.putAll(rows).orThrow();
      RedisServer old = sentinels.primary();
      RedisServer promoted = sentinels.killPrimary();
      comeBackWithTheDataOf(promoted, old, sentinels);
      try (Zeal other = open(sentinels, driver)) {
        other.store("rows", Schema.of(Row.class)).put("k1", new Row("after", 2));
      }

      // 150 rows have a connection of their own, which was not open yet.
      assertThat(store.getAll(rows.keySet()).orThrow()).containsEntry("k1", new Row("after", 2));
      assertThat(store.get("k1")).contains(new Row("after", 2));
    }
  }

  /** The former primary as a replica that no longer hears of its primary. */
  private static void comeBackWithTheDataOf(
      RedisServer promoted, RedisServer old, RedisSentinels sentinels) {
    old.restart();
    String port = Integer.toString(sentinels.proxy(promoted).port());
    assertThat(old.command("REPLICAOF", "127.0.0.1", port)).isEqualTo("OK");
    Await.until(
        "the old primary to have the data",
        () -> old.fact("master_link_status").filter("up"::equals).isPresent());
    assertThat(old.command("REPLICAOF", "127.0.0.1", "1")).isEqualTo("OK");
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
    Await.until(
        "a put",
        () -> {
          try {
            store.put(key, new Row("after", 2));
            return true;
          } catch (ZealException e) {
            return false;
          }
        });
  }
}
