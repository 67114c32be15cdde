package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.BackendUnavailableException;
import io.zeal.BulkResult;
import io.zeal.Counter;
import io.zeal.CounterOptions;
import io.zeal.Outcome;
import io.zeal.Patch;
import io.zeal.SchemaException;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three servers, of which one is killed: S13 and S14 for its keys, nothing for the others. */
class KilledServerTest {

  private static final int DEAD = 1;

  private OwnServers servers;
  private Zeal zeal;
  private Store<Player> store;
  private List<String> dead;
  private List<String> alive;

  @BeforeEach
  void open() {
    servers = OwnServers.start(3);
    zeal = servers.open("zeal.memcached.timeout", "1s");
    store = zeal.store("players", Player.SCHEMA);
    dead = servers.keysOn(DEAD, "players", 20);
    alive = new ArrayList<>(servers.keysOn(0, "players", 20));
    alive.addAll(servers.keysOn(2, "players", 20));
  }

  @AfterEach
  void close() {
    servers.close();
  }

  private void put(List<String> keys, long score) {
    for (String key : keys) {
      store.put(key, Player.of(score));
    }
  }

  private Map<String, Player> rows(long score) {
    Map<String, Player> rows = new LinkedHashMap<>();
    dead.forEach(key -> rows.put(key, Player.of(score)));
    alive.forEach(key -> rows.put(key, Player.of(score)));
    return rows;
  }

  /** Once this is back, the loss of the connection is known too. */
  private void kill() {
    servers.get(DEAD).kill();
    Await.until(
        "a write that is not sent",
        () ->
            catchThrowableOfType(
                        ZealException.class, () -> store.put(dead.getFirst(), Player.of(0)))
                    .outcome()
                    .orElseThrow()
                == Outcome.NOT_SENT);
  }

  @Test
  void serversThatAreAwayAreCounted() {
    assertThat(OwnServers.figure(zeal, "serversAway")).isZero();

    kill();

    assertThat(OwnServers.figure(zeal, "serversAway")).isEqualTo(1);
    servers.get(DEAD).restart();
    Await.until("all three", () -> OwnServers.figure(zeal, "serversAway") == 0);
  }

  private static void assertUnavailable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            BackendUnavailableException.class, e -> assertThat(e.outcome()).isEmpty());
  }

  private static void assertNotSent(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            BackendUnavailableException.class,
            e -> assertThat(e.outcome()).contains(Outcome.NOT_SENT));
  }

  @Test
  void readsOfItsKeysFailAndThoseOfOthersGoOn() {
    put(dead, 7);
    put(alive, 7);
    kill();
    for (String key : dead) {
      assertUnavailable(() -> store.get(key));
      assertUnavailable(() -> store.contains(key));
      assertUnavailable(() -> store.getLong(key, "score"));
    }
    for (String key : alive) {
      assertThat(store.get(key)).contains(Player.of(7));
    }
  }

  @Test
  void writesOfItsKeysAreNotSentAndThoseOfOthersGoOn() {
    kill();
    for (String key : dead) {
      assertNotSent(() -> store.put(key, Player.of(1)));
      assertNotSent(() -> store.putIfAbsent(key, Player.of(1)));
      assertNotSent(() -> store.patch(key, Patch.set("score", 1)));
      assertNotSent(() -> store.increment(key, "score", 1));
      assertNotSent(() -> store.remove(key));
    }
    for (String key : alive) {
      assertThat(store.increment(key, "score", 3)).isEqualTo(3);
    }
  }

  @Test
  void aWriteThatMeetsTheKillSaysThatItMayHaveHappened() {
    String key = dead.getFirst();
    List<ZealException> errors = new ArrayList<>();
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              while (errors.isEmpty()) {
                try {
                  store.put(key, Player.of(1));
                } catch (ZealException e) {
                  errors.add(e);
                }
              }
            });
    servers.pause(DEAD);
    Await.until("a write that waits", () -> Await.isWaiting(writer));
    servers.get(DEAD).kill();
    Await.end(writer);
    assertThat(errors)
        .singleElement()
        .satisfies(e -> assertThat(e.outcome()).contains(Outcome.UNKNOWN));
  }

  @Test
  void callsOfManyKeysFailPerKey() {
    store.putAll(rows(7)).orThrow();
    kill();
    BulkResult<Player> read = store.getAll(rows(7).keySet());
    assertThat(read.values()).containsOnlyKeys(alive);
    assertThat(read.values().values()).containsOnly(Player.of(7));
    assertThat(read.failures()).containsOnlyKeys(dead);
    assertThat(read.failures().values()).hasOnlyElementsOfType(BackendUnavailableException.class);

    BulkResult<Boolean> written = store.putAll(rows(8));
    assertThat(written.values()).containsOnlyKeys(alive).doesNotContainValue(false);
    assertThat(written.failures()).containsOnlyKeys(dead);
    assertThat(written.failures().values())
        .allSatisfy(e -> assertThat(e.outcome()).contains(Outcome.NOT_SENT));
    assertThat(store.get(alive.getFirst())).contains(Player.of(8));

    BulkResult<Boolean> removed = store.removeAll(rows(8).keySet());
    assertThat(removed.values()).containsOnlyKeys(alive).doesNotContainValue(false);
    assertThat(removed.failures()).containsOnlyKeys(dead);
    assertThat(store.get(alive.getFirst())).isEmpty();
  }

  @Test
  void aClearThatMissesItFails() {
    put(alive, 7);
    kill();
    assertThatThrownBy(store::clear).isInstanceOf(BackendUnavailableException.class);
  }

  @Test
  void countersOnItFailAndOthersGoOn() {
    Counter lost = zeal.counter(servers.counterOn(DEAD));
    Counter kept = zeal.counter(servers.counterOn(0));
    lost.set(5);
    kept.set(5);
    kill();
    assertUnavailable(lost::get);
    assertNotSent(lost::increment);
    assertNotSent(lost::decrement);
    assertNotSent(() -> lost.set(1));
    assertNotSent(lost::reset);
    assertNotSent(() -> lost.compareAndSet(5, 6));
    assertThat(kept.increment()).isEqualTo(6);
    BulkResult<Long> read = zeal.getAll(List.of(lost, kept));
    assertThat(read.values()).containsExactly(Map.entry(kept.name(), 6L));
    assertThat(read.failures()).containsOnlyKeys(lost.name());
    BulkResult<Long> added = zeal.addAll(Map.of(lost, 1L, kept, 1L));
    assertThat(added.values()).containsExactly(Map.entry(kept.name(), 7L));
    assertThat(added.failures()).containsOnlyKeys(lost.name());
  }

  @Test
  void storesAndCountersOpenWithoutIt() {
    kill();
    Store<Player> late = zeal.store("late", Player.SCHEMA);
    String here = servers.keysOn(0, "late", 1).getFirst();
    String there = servers.keysOn(DEAD, "late", 1).getFirst();
    late.put(here, Player.of(1));
    assertThat(late.get(here)).contains(Player.of(1));
    assertUnavailable(() -> late.get(there));
    assertThat(zeal.counter(servers.counterOn(2)).increment()).isEqualTo(1);
    Counter counter = zeal.counter(servers.counterOn(DEAD));
    assertUnavailable(counter::get);
    assertNotSent(counter::increment);

    servers.get(DEAD).restart();
    Await.until("the counter's return", () -> answers(counter::get));
    assertThat(counter.increment()).isEqualTo(1);
    assertThat(late.putIfAbsent(there, Player.of(2))).isTrue();
    assertThat(late.get(there)).contains(Player.of(2));
  }

  @Test
  void aCounterThatWasOpenedWithoutItIsComparedWithTheOthersOnceItIsBack() {
    String name = servers.counterOn(DEAD);
    kill();
    Counter counter = zeal.counter(name, CounterOptions.defaults().startingAt(5));
    servers.get(DEAD).restart();
    try (Zeal other = servers.open()) {
      assertThat(other.counter(name).increment()).isEqualTo(1);
      Await.until("the connection", () -> OwnServers.figure(zeal, "connectionsOpened") == 4);
      assertThatThrownBy(counter::get).isInstanceOf(SchemaException.class);
      assertThatThrownBy(counter::increment).isInstanceOf(SchemaException.class);
      assertThatThrownBy(() -> zeal.getAll(List.of(counter)).orThrow())
          .hasStackTraceContaining("SchemaException");
      assertThatThrownBy(() -> zeal.addAll(Map.of(counter, 1L)).orThrow())
          .hasStackTraceContaining("SchemaException");
      assertThat(other.counter(name).get()).isEqualTo(1);
    }
  }

  @Test
  void anInstanceOpensWhicheverServerIsAway() {
    for (int away = 0; away < 3; away++) {
      servers.get(away).kill();
      Zeal second = servers.open("zeal.memcached.timeout", "300ms");
      Store<Player> rows = second.store("players", Player.SCHEMA);
      String key = servers.keysOn((away + 1) % 3, "players", 1).getFirst();
      rows.put(key, Player.of(away));
      assertThat(rows.get(key)).contains(Player.of(away));
      servers.get(away).restart();
    }
  }

  @Test
  void afterARestartItsRowsAreAbsentAndTheStoreGoesOnByItself() {
    store.putAll(rows(7)).orThrow();
    kill();
    servers.get(DEAD).restart();
    Await.until("its return", () -> answers(() -> store.get(dead.getFirst())));
    for (String key : dead) {
      assertThat(store.get(key)).isEmpty();
      assertThat(store.increment(key, "score", 1)).isEqualTo(1);
    }
    for (String key : alive) {
      assertThat(store.get(key)).contains(Player.of(7));
    }
    store.putAll(rows(9)).orThrow();
    assertThat(store.getAll(rows(9).keySet()).orThrow()).isEqualTo(rows(9));
  }

  private static boolean answers(ThrowingCallable call) {
    return catchThrowableOfType(ZealException.class, call) == null;
  }
}
