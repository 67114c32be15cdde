package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Counter;
import io.zeal.CounterOptions;
import io.zeal.ReadOptions;
import io.zeal.Store;
import io.zeal.StoreOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the server is told of a row's end: it takes up to 30 days as a time from now, more as a date
 * of 32 bits, and drops items by whole seconds.
 */
class TimeToLiveTest {

  private static final Player ROW = Player.of(7);
  private static final long NEVER = -1;

  /** By how much longer the server keeps what ends in thirty days or more: clocks may differ. */
  private static final long TOLERANCE = 60;

  private OwnServers servers;
  private RawItems items;

  @BeforeEach
  void start() {
    servers = OwnServers.start(1);
    items = servers.items(0);
  }

  @AfterEach
  void close() {
    servers.close();
  }

  private Store<Player> open(String protocol) {
    return servers.open("zeal.memcached.protocol", protocol).store("players", Player.SCHEMA);
  }

  /** How many seconds the server leaves to a row's item. */
  private long seconds(String key) {
    return secondsOf(items.row("players", key));
  }

  private long secondsOf(String name) {
    String answer = servers.get(0).command("mg " + name + " t");
    assertThat(answer).startsWith("HD t");
    return Long.parseLong(answer.substring("HD t".length()));
  }

  @ParameterizedTest
  @CsvSource({
    "PT5S, text",
    "PT5S, binary",
    "P29D, text",
    "P29D, binary",
    "PT719H59M58S, text",
    "PT719H59M58S, binary",
    "PT719H59M59S, text",
    "PT719H59M59S, binary",
    "P30D, text",
    "P30D, binary",
    "P31D, text",
    "P31D, binary",
    "P60D, text",
    "P60D, binary",
    "P365D, text",
    "P365D, binary"
  })
  void theServerKeepsARowALittleLongerThanItLives(Duration ttl, String protocol) {
    Store<Player> store = open(protocol);
    store.put("a", ROW, ttl);
    assertThat(store.get("a")).contains(ROW);
    assertKept("a", ttl);
  }

  private void assertKept(String key, Duration ttl) {
    boolean isDate = ttl.toSeconds() >= 30 * 86_400 - 1;
    long more = isDate ? TOLERANCE : 1;
    assertThat(seconds(key))
        .isBetween(Math.max(1, ttl.toSeconds() + more - 4), ttl.toSeconds() + more + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void beyondWhatTheServerCanNameItKeepsARowForEver(String protocol) {
    Store<Player> store = open(protocol);
    for (Duration ttl : new Duration[] {Duration.ofDays(365_000), Duration.ofDays(36_500)}) {
      store.put("a", ROW, ttl);
      assertThat(store.get("a")).contains(ROW);
      assertThat(seconds("a")).isEqualTo(NEVER);
      assertThat(store.read("a", ReadOptions.defaults()).orElseThrow().remaining().orElseThrow())
          .isBetween(ttl.minusMinutes(1), ttl);
    }
  }

  @Test
  void everyKindOfWriteTellsTheServer() {
    Store<Player> plain = open("text");
    plain.put("a", ROW);
    assertThat(seconds("a")).isEqualTo(NEVER);
    plain.touch("a", Duration.ofDays(60));
    assertKept("a", Duration.ofDays(60));
    plain.increment("a", "score", 1);
    assertKept("a", Duration.ofDays(60));
    plain.put("a", ROW);
    assertThat(seconds("a")).isEqualTo(NEVER);
    plain.put("a", ROW, Duration.ofHours(1));
    assertKept("a", Duration.ofHours(1));
    plain.touch("a");
    assertThat(seconds("a")).isEqualTo(NEVER);
  }

  @Test
  void aStoreOfShortLivesLeavesNothingOnTheServer() {
    Store<Player> store =
        servers
            .open()
            .store(
                "players", Player.SCHEMA, StoreOptions.defaults().withTtl(Duration.ofMillis(999)));
    store.put("lasting", ROW, Duration.ofHours(1));
    long before = servers.get(0).figure("curr_items");
    for (int i = 0; i < 10; i++) {
      store.put("a" + i, ROW);
      store.put("b" + i, ROW, Duration.ofMillis(1));
    }
    Await.until("the shortest to end", () -> !store.contains("b9"));
    assertThat(seconds("lasting")).isPositive();
    Await.until("the others to end", () -> !store.contains("a9"));
    Await.until(
        "the server to drop them",
        () -> {
          servers.get(0).command("lru_crawler crawl all");
          return servers.get(0).figure("curr_items") == before;
        });
    assertThat(store.get("lasting")).contains(ROW);
  }

  @Test
  void aRowOfAMillisecondIsThereBeforeItIsGone() {
    Store<Player> store = open("text");
    boolean seen = false;
    for (int i = 0; i < 1_000 && !seen; i++) {
      store.put("a", ROW, Duration.ofMillis(1));
      seen = store.contains("a");
    }
    assertThat(seen).isTrue();
    Await.until("its end", () -> !store.contains("a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void aWindowAndItsOptionsEndOnTheServer(String protocol) {
    Duration window = Duration.ofHours(1);
    Counter counter =
        servers
            .open("zeal.memcached.protocol", protocol)
            .counter("hits", CounterOptions.defaults().expiringAfter(window));
    counter.increment();
    counter.increment();
    long hour = window.toSeconds();
    assertThat(secondsOf(items.keys().counter("hits"))).isBetween(hour - 60, hour + 2);
    assertThat(secondsOf(items.keys().counterOptions("hits")))
        .isBetween(hour + 86_400 - 60, hour + 86_400 + 2);
  }
}
