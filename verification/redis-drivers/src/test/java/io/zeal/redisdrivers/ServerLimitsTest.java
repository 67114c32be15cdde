package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.CounterOptions;
import io.zeal.Entry;
import io.zeal.Finding;
import io.zeal.InvalidArgumentException;
import io.zeal.MaxBytes;
import io.zeal.Outcome;
import io.zeal.Schema;
import io.zeal.Script;
import io.zeal.Scripts;
import io.zeal.ServerRefusedException;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.RedisConnection;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Servers with little memory, with few rights, and servers that forget. The driver does not matter.
 */
class ServerLimitsTest {

  record Row(@MaxBytes(1000) String text, long number) {}

  private static final Schema<Row> SCHEMA = Schema.of(Row.class);
  private static final String LONG_TEXT = "x".repeat(900);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private RedisServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private RedisServer start(RedisOptions options) {
    server = ServerTests.startOrSkip(() -> RedisServer.start(options));
    return server;
  }

  private Zeal open() {
    return open("");
  }

  private Zeal open(String credentials) {
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.driver", "jedis")
            .set("zeal.redis.url", "redis://" + credentials + server.address())
            .build());
  }

  @Test
  void aServerOutOfMemoryRefusesAndChangesNothing() {
    start(RedisOptions.defaults().withMaxMemory("4mb", "noeviction"));
    try (Zeal zeal = open()) {
      Store<Row> store = zeal.store("rows", SCHEMA);
      long stored = fill(store);

      assertThatExceptionOfType(CapacityException.class)
          .isThrownBy(() -> store.put("one more", new Row(LONG_TEXT, 1)))
          .withMessageContainingAll("Store 'rows'", "out of memory", "ZEAL-305")
          .satisfies(e -> assertThat(e.outcome()).isEmpty());
      assertThat(store.contains("one more")).isFalse();
      assertThat(store.count()).isEqualTo(stored);
      assertThatExceptionOfType(CapacityException.class)
          .isThrownBy(() -> store.increment("k0", "number", 1));
      assertThat(store.getLong("k0", "number")).hasValue(0);
      assertThatExceptionOfType(CapacityException.class)
          .isThrownBy(() -> zeal.counter("c").increment());
      assertThat(store.remove("k0")).isTrue();
      assertThat(store.count()).isEqualTo(stored - 1);
    }
  }

  /** Puts rows until the server has no memory left; how many there are. */
  private static long fill(Store<Row> store) {
    for (int i = 0; i < 20_000; i++) {
      try {
        store.put("k" + i, new Row(LONG_TEXT, i));
      } catch (CapacityException e) {
        return i;
      }
    }
    throw new AssertionError("4 MB hold 18 MB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"allkeys-lru", "volatile-ttl"})
  void aServerThatEvictsCountsExactlyForNobody(String policy) {
    start(RedisOptions.defaults().withMaxMemory("6mb", policy));
    try (Zeal zeal = open()) {
      assertThat(zeal.info().can(Capability.EXACT_COUNT)).isFalse();
      assertThatExceptionOfType(UnsupportedCapabilityException.class)
          .isThrownBy(() -> zeal.store("rows", SCHEMA))
          .withMessageContainingAll("EXACT_COUNT", "accepting(EXACT_COUNT)");
      assertThat(zeal.inspect())
          .extracting(Finding::code, Finding::severity)
          .contains(org.assertj.core.groups.Tuple.tuple("ZEAL-F302", Finding.Severity.INFO));
    }
  }

  @Test
  void whatAServerEvictedIsGoneAndNeverWrong() {
    start(RedisOptions.defaults().withMaxMemory("6mb", "allkeys-lru"));
    try (Zeal zeal = open()) {
      Store<Row> store =
          zeal.store("rows", SCHEMA, StoreOptions.defaults().accepting(Capability.EXACT_COUNT));
      int rows = 12_000;
      for (int from = 0; from < rows; from += 500) {
        Map<String, Row> some = new HashMap<>();
        for (int i = from; i < from + 500; i++) {
          some.put("k" + i, new Row(LONG_TEXT, i));
        }
        store.putAll(some).orThrow();
      }

      int found = 0;
      for (int i = 0; i < rows; i++) {
        Row row = store.get("k" + i).orElse(null);
        if (row != null) {
          assertThat(row.number()).isEqualTo(i);
          found++;
        }
      }
      assertThat(found).isBetween(1, rows - 1);
      for (Entry<Row> entry : store.page("", 1_000)) {
        assertThat(entry.key()).isEqualTo("k" + entry.value().number());
      }
      store.clear();
      assertThat(store.page("", 10)).isEmpty();
      store.put("after", new Row("", 1));
      assertThat(store.get("after")).contains(new Row("", 1));
    }
  }

  @Test
  void aServerThatForgotItsScriptsIsToldThemAgain() {
    start(RedisOptions.defaults());
    try (Zeal zeal = open()) {
      Store<Row> store = zeal.store("rows", SCHEMA);
      store.put("k", new Row("", 1));

      server.command("SCRIPT", "FLUSH");

      assertThat(store.increment("k", "number", 1)).isEqualTo(2);
      assertThat(store.count()).isEqualTo(1);
    }
  }

  @Test
  void aServerThatForgotEverythingIsEmptyAndGoesOn() {
    start(RedisOptions.defaults());
    try (Zeal zeal = open()) {
      Store<Row> store = zeal.store("rows", SCHEMA);
      store.put("old", new Row("", 1));

      server.command("FLUSHALL");

      assertThat(store.get("old")).isEmpty();
      assertThat(store.count()).isZero();
      store.put("new", new Row("", 2));
      assertThat(store.get("new")).contains(new Row("", 2));
      assertThat(store.get("old")).isEmpty();
    }
  }

  @Test
  void aUserWithoutTheRightIsToldSo() {
    start(
        RedisOptions.defaults()
            .withUser("reader", "on", ">pw-of-the-reader", "~*", "&*", "+@read", "+info", "+ping"));
    try (Zeal zeal = open("reader:pw-of-the-reader@")) {
      assertThatExceptionOfType(ServerRefusedException.class)
          .isThrownBy(() -> zeal.store("rows", SCHEMA))
          .satisfies(
              e -> assertThat(e.reason()).isEqualTo(ServerRefusedException.Reason.PERMISSION))
          .satisfies(e -> assertThat(e.toString()).doesNotContain("pw-of-the-reader"));
    }
  }

  @Test
  void aScriptThatMayNotGoOnMayHaveHappened() {
    start(RedisOptions.defaults().withUser("half", "on", ">half", "~*", "+@all", "-zadd"));
    try (Zeal zeal = open("half:half@")) {
      Store<Row> store = zeal.store("rows", SCHEMA);
      assertThatExceptionOfType(ServerRefusedException.class)
          .isThrownBy(() -> store.put("k", new Row("a", 1)))
          .satisfies(e -> {
            assertThat(e.reason()).isEqualTo(ServerRefusedException.Reason.PERMISSION);
            assertThat(e.outcome()).contains(Outcome.UNKNOWN);
            assertThat(e).hasMessageContaining("docs/redis-layout.md");
          });
    }
  }

  @Test
  void aClearThatTheServerLostRemovesNoRows() {
    start(RedisOptions.defaults());
    try (Zeal zeal = open();
        RedisConnection connection = server.connect()) {
      Store<Row> store = zeal.store("rows", SCHEMA);
      Map<String, Row> rows = new HashMap<>();
      for (int i = 0; i < 20_000; i++) {
        rows.put("k" + i, new Row("a", i));
      }
      store.putAll(rows).orThrow();
      String generation = "zeal:s:{rows:0}:g";
      String before = (String) connection.command("GET", generation);
      store.clear();
      // As after a failover to a replica that had not heard of it.
      connection.command("SET", generation, before);
      Object left = connection.command("DBSIZE");
      store.put("another", new Row("b", 1)); // the instance learns of it
      LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
      assertThat((Long) connection.command("DBSIZE"))
          .as("keys after the sweep met the generation again")
          .isGreaterThanOrEqualTo((Long) left);
      assertThat(store.contains("another")).isTrue();
    }
  }

  @Test
  void optionsOfCountersWithAWindowDoNotStayForGood() {
    start(RedisOptions.defaults());
    try (Zeal zeal = open();
        RedisConnection connection = server.connect()) {
      zeal.counter("limit", CounterOptions.defaults().expiringAfter(Duration.ofSeconds(10)))
          .increment();
      zeal.counter("total").increment();
      long day = Duration.ofDays(1).toMillis();
      assertThat((Long) connection.command("PTTL", "zeal:c:{limit}:o"))
          .isBetween(day, day + 10_000);
      assertThat(connection.command("PTTL", "zeal:c:{total}:o")).isEqualTo(-1L);
    }
  }

  @Test
  void aKeyOfSomebodyElseIsRefusedNotRead() {
    start(RedisOptions.defaults());
    server.command("SET", "zeal:c:{taken}:o", "foreign");
    try (Zeal zeal = open()) {
      assertThatExceptionOfType(ServerRefusedException.class)
          .isThrownBy(() -> zeal.counter("taken"))
          .satisfies(
              e -> assertThat(e.reason()).isEqualTo(ServerRefusedException.Reason.WRONG_TYPE))
          .withMessageContaining("zeal.redis.prefix");
    }
  }

  @Test
  void clearedRowsLeaveTheServerAndOtherStoresStay() {
    start(RedisOptions.defaults());
    try (Zeal zeal = open()) {
      Store<Row> store = zeal.store("rows", SCHEMA);
      Store<Row> other = zeal.store("rows:0", SCHEMA);
      other.put("k", new Row("", 1));
      for (int i = 0; i < 1_000; i++) {
        store.put("k" + i, new Row("", i));
      }

      store.clear();

      assertThat(store.count()).isZero();
      assertThat(other.count()).isEqualTo(1);
      // What is left: two schemas, two generations, and the other store's row and membership.
      await("the rows that were cleared to go", () -> ((Long) server.command("DBSIZE")) == 6);
      assertThat(other.get("k")).isPresent();
    }
  }

  @Test
  void expiredRowsLeaveTheIndexesAsOthersCome() {
    start(RedisOptions.defaults());
    try (Zeal zeal = open()) {
      StoreOptions brief = StoreOptions.defaults().withTtl(Duration.ofMillis(50));
      Store<Row> store = zeal.store("rows", SCHEMA, brief);
      for (int i = 0; i < 200; i++) {
        store.put("k" + i, new Row("", i));
      }
      await("all rows to expire", () -> store.count() == 0);
      for (int i = 0; i < 60; i++) {
        store.put("n" + i, new Row("", i), Duration.ofHours(1));
      }

      assertThat(store.count()).isEqualTo(60);
      String generation = String.valueOf(server.command("GET", "zeal:s:{rows:0}:g"));
      assertThat(server.command("ZCARD", "zeal:s:{rows:0}:" + generation + ":m")).isEqualTo(60L);
      assertThat(server.command("ZCARD", "zeal:s:{rows:0}:" + generation + ":x")).isEqualTo(60L);
    }
  }

  @Test
  void scriptsRunWithValuesAsKeysAndArgumentsAndSurviveAFlush() {
    start(RedisOptions.defaults());
    try (Zeal zeal = open()) {
      Script script =
          Script.of(
              "redis.call('SET', KEYS[1], ARGV[1]) return {redis.call('GET', KEYS[1]), 7, false}");

      for (int i = 0; i < 2; i++) {
        assertThat(zeal.scripts().run(script, List.of("mine"), List.of("it's \"quoted\" ä")))
            .isEqualTo(
                new Scripts.Reply.Items(
                    List.of(
                        new Scripts.Reply.TextValue("it's \"quoted\" ä"),
                        new Scripts.Reply.LongValue(7),
                        new Scripts.Reply.Nothing())));
        server.command("SCRIPT", "FLUSH");
      }
      assertThatExceptionOfType(InvalidArgumentException.class)
          .isThrownBy(() -> zeal.scripts().run(script, List.of("zeal:s:{rows:0}:g"), List.of("1")))
          .withMessageContaining("zeal.redis.prefix");
      assertThatExceptionOfType(ServerRefusedException.class)
          .isThrownBy(() -> zeal.scripts().run(Script.of("this is no Lua"), List.of(), List.of()));
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("%s within %s", what, LIMIT).isNegative();
      LockSupport.parkNanos(5_000_000);
    }
  }
}
