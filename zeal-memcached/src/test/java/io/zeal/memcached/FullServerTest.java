package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendUnavailableException;
import io.zeal.BulkResult;
import io.zeal.CapacityException;
import io.zeal.Counter;
import io.zeal.CounterOptions;
import io.zeal.Outcome;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealException;
import io.zeal.verification.servers.MemcachedOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server without memory that may not evict (S9.10). */
class FullServerTest {

  private static final int BATCH = 1_000;
  private static final int MOST_ITEMS = 100_000;

  private OwnServers servers;

  @BeforeEach
  void start() {
    servers = OwnServers.start(1, MemcachedOptions.defaults().withMemory(2).withoutEviction());
  }

  @AfterEach
  void close() {
    servers.close();
  }

  private Zeal open(String protocol) {
    return servers.open("zeal.memcached.protocol", protocol, "zeal.memcached.timeout", "30s");
  }

  private static void assertOutOfMemory(ZealException e) {
    assertThat(e)
        .isInstanceOf(CapacityException.class)
        .extracting(ZealException::code)
        .isEqualTo("ZEAL-305");
  }

  private static void assertOutOfMemory(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ZealException.class, FullServerTest::assertOutOfMemory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void refusesRowsAndKeepsThoseThatItHas(String protocol) {
    Store<Player> store = open(protocol).store("players", Player.SCHEMA);
    Map<String, Player> there = new HashMap<>();
    Map<String, ZealException> refused = new HashMap<>();
    while (refused.isEmpty()) {
      Map<String, Player> more = new HashMap<>();
      for (int i = 0; i < BATCH; i++) {
        more.put("key-" + (there.size() + i), Player.of(i));
      }
      BulkResult<Boolean> result = store.putAll(more);
      refused.putAll(result.failures());
      more.keySet().removeAll(refused.keySet());
      there.putAll(more);
      assertThat(there).as("rows on a server of 2 MB").hasSizeLessThan(MOST_ITEMS);
    }
    assertThat(refused.values()).allSatisfy(FullServerTest::assertOutOfMemory);
    assertThat(store.getAll(there.keySet()).orThrow()).isEqualTo(there);
    assertThat(store.getAll(refused.keySet()).orThrow()).isEmpty();
    assertOutOfMemory(() -> store.putIfAbsent("new", Player.of(1)));
    assertOutOfMemory(() -> store.increment("new", "score", 1));
    assertThat(store.remove(there.keySet().iterator().next())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void refusesNewStoresAndCounters(String protocol) {
    Zeal zeal = open(protocol);
    Counter early = zeal.counter("early");
    RawItems items = servers.items(0);
    for (int length : new int[] {3, 27}) { // of options, and of an epoch
      items.fill(length);
    }
    assertOutOfMemory(() -> zeal.store("late", Player.SCHEMA));
    assertOutOfMemory(() -> zeal.counter("late"));
    assertOutOfMemory(
        () -> zeal.counter("late", CounterOptions.defaults().expiringAfter(Duration.ofHours(1))));
    assertOutOfMemory(early::increment);
    assertThat(early.get()).isZero();
  }

  /** The server takes a new item for a sum with a digit more. */
  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void aSumThatNeedsMoreRoomIsRefusedAndDisturbsNobody(String protocol) {
    Zeal zeal = open(protocol);
    Counter counter = zeal.counter("hits");
    counter.set(9);
    Store<Player> store = zeal.store("players", Player.SCHEMA);
    store.put("a", Player.of(1));
    servers.items(0).fill(3);

    assertOutOfMemory(counter::increment);
    assertOutOfMemory(zeal.addAll(Map.of(counter, 1L)).failures().get("hits"));

    assertThat(counter.get()).isEqualTo(9);
    assertThat(store.get("a")).contains(Player.of(1));
    assertThat(OwnServers.figure(zeal, "connectionsOpened")).isEqualTo(1);
  }

  /** Else nobody could make room. */
  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void aRemovalNeedsNoMemory(String protocol) {
    Zeal zeal = open(protocol);
    Store<Player> store = zeal.store("players", Player.SCHEMA);
    store.put("a", Player.of(1));
    servers.items(0).fill(3);
    assertThat(store.remove("a")).isTrue();
    assertThat(store.remove("a")).isFalse();
    assertThat(store.get("a")).isEmpty();
    assertThat(OwnServers.figure(zeal, "connectionsOpened")).isEqualTo(1);
  }

  /** The server takes an item away for which it had no memory; nothing older comes in its place. */
  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void aRowThatIsOverwrittenIsTheOldOneOrGone(String protocol) {
    Store<Player> store = open(protocol).store("players", Player.SCHEMA);
    store.put("a", Player.of(1));
    RawItems items = servers.items(0);
    String row = items.row("players", "a");
    items.fill(items.value(row).length + row.length() - items.nameLength());
    assertThatThrownBy(() -> store.put("a", Player.of(2)))
        .isInstanceOfSatisfying(ZealException.class, FullServerTest::assertOutOfMemory)
        .hasMessageContaining("may be gone");
    assertThat(store.get("a")).isIn(Optional.empty(), Optional.of(Player.of(1)));
  }

  @Test
  void aClearThatEndsInTheMiddleMayHaveHappened() {
    servers.close();
    servers = OwnServers.start(2, MemcachedOptions.defaults().withMemory(2).withoutEviction());
    Store<Player> store = open("text").store("players", Player.SCHEMA);
    servers.items(1).fill(35); // as an epoch
    assertThatThrownBy(store::clear)
        .isInstanceOfSatisfying(
            BackendUnavailableException.class,
            e -> assertThat(e.outcome()).contains(Outcome.UNKNOWN))
        .hasMessageContaining("cleared on 1 of 2 servers")
        .hasMessageContaining("ZEAL-305");
  }
}
