package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Counter;
import io.zeal.Store;
import io.zeal.Zeal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that one instance clears, or an operator flushes, under the eyes of another. */
class ClearTest {

  private static final int SERVERS = 2;

  private OwnServers servers;
  private Zeal zeal;
  private Store<Player> here;
  private Store<Player> there;

  @BeforeEach
  void open() {
    servers = OwnServers.start(SERVERS);
    zeal = servers.open();
    here = zeal.store("players", Player.SCHEMA);
    there = servers.open().store("players", Player.SCHEMA);
  }

  @AfterEach
  void close() {
    servers.close();
  }

  private static Map<String, Player> rows(int number) {
    Map<String, Player> rows = new HashMap<>();
    for (int i = 0; i < number; i++) {
      rows.put("key-" + i, Player.of(i));
    }
    return rows;
  }

  @Test
  void theOtherInstanceSeesItAtOnce() {
    for (int i = 0; i < 20; i++) {
      there.putAll(rows(20)).orThrow();
      assertThat(here.getAll(rows(20).keySet()).orThrow()).hasSize(20);
      here.clear();
      assertThat(there.get("key-0")).isEmpty();
      assertThat(there.getAll(rows(20).keySet()).orThrow()).isEmpty();
      assertThat(there.contains("key-1")).isFalse();
      assertThat(there.remove("key-2")).isFalse();
      assertThat(there.increment("key-3", "score", 1)).isEqualTo(1);
    }
  }

  @Test
  void whatTheOtherInstanceWritesAfterwardsIsNotLost() {
    for (int i = 0; i < 100; i++) {
      there.put("before", Player.of(i));
      here.clear();
      switch (i % 4) {
        case 0 -> there.put("after", Player.of(i));
        case 1 -> there.putAll(Map.of("after", Player.of(i), "too", Player.of(i))).orThrow();
        case 2 -> assertThat(there.putIfAbsent("after", Player.of(i))).isTrue();
        default -> assertThat(there.increment("after", "score", i)).isEqualTo(i);
      }
      assertThat(here.getLong("after", "score")).hasValue(i);
      assertThat(there.getLong("after", "score")).hasValue(i);
      assertThat(here.contains("before")).isFalse();
    }
  }

  /** S7.1 and S7.3 while the other never stops writing. */
  @Test
  void whatBeganAfterwardsIsThereAndWhatEndedBeforeIsNot() {
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong begun = new AtomicLong();
    AtomicLong done = new AtomicLong();
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              while (!over.get()) {
                there.put("k" + begun.incrementAndGet(), Player.of(0));
                done.set(begun.get());
              }
            });
    for (int i = 0; i < 50; i++) {
      long soFar = done.get();
      here.clear();
      long first = begun.get() + 1;
      assertThat(here.contains("k" + soFar)).isFalse();
      Await.until("a later write", () -> done.get() >= first);
      assertThat(here.contains("k" + first)).as("what began after the clear").isTrue();
    }
    over.set(true);
    Await.end(writer);
  }

  @Test
  void itIsOneWriteToEachServerWhateverTheNumberOfRows() {
    there.putAll(rows(10_000)).orThrow();
    long[] sets = new long[SERVERS];
    long[] items = new long[SERVERS];
    for (int server = 0; server < SERVERS; server++) {
      sets[server] = servers.get(server).figure("cmd_set");
      items[server] = servers.get(server).figure("curr_items");
    }
    here.clear();
    for (int server = 0; server < SERVERS; server++) {
      assertThat(servers.get(server).figure("cmd_set")).isEqualTo(sets[server] + 1);
      assertThat(servers.get(server).figure("curr_items")).isEqualTo(items[server]);
    }
    assertThat(there.getAll(rows(1_000).keySet()).orThrow()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void afterAFlushByAnOperatorEverythingIsAbsentAndGoesOn(String protocol) {
    Zeal own = servers.open("zeal.memcached.protocol", protocol);
    Store<Player> store = own.store("players", Player.SCHEMA);
    Counter counter = own.counter("hits");
    for (int i = 0; i < 5; i++) {
      store.putAll(rows(20)).orThrow();
      assertThat(counter.add(5)).isEqualTo(5);
      for (int server = 0; server < SERVERS; server++) {
        assertThat(servers.get(server).command("flush_all")).isEqualTo("OK");
      }
      assertThat(store.getAll(rows(20).keySet()).orThrow()).isEmpty();
      assertThat(there.get("key-0")).isEmpty();
      assertThat(counter.get()).isZero();
      assertThat(store.putIfAbsent("key-1", Player.of(8))).isTrue();
      there.put("key-2", Player.of(9));
      assertThat(store.getAll(List.of("key-0", "key-1", "key-2")).orThrow())
          .containsOnlyKeys("key-1", "key-2");
      assertThat(counter.increment()).isEqualTo(1);
      counter.reset();
    }
  }
}
