package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.BackendUnavailableException;
import io.zeal.BulkResult;
import io.zeal.Counter;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.Patch;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three servers, of which one stands still: it takes everything and answers nothing. */
class PausedServerTest {

  private static final int STILL = 1;

  /** Far beyond the timeout of 300 ms, for machines that are busy. */
  private static final Duration SOON = Duration.ofSeconds(10);

  private OwnServers servers;
  private Zeal zeal;
  private Store<Player> store;
  private List<String> still;
  private List<String> others;

  @BeforeEach
  void open() {
    servers = OwnServers.start(3);
    zeal = servers.open("zeal.memcached.timeout", "300ms");
    store = zeal.store("players", Player.SCHEMA);
    still = servers.keysOn(STILL, "players", 20);
    others = new ArrayList<>(servers.keysOn(0, "players", 20));
    others.addAll(servers.keysOn(2, "players", 20));
  }

  @AfterEach
  void close() {
    servers.close();
  }

  private void pause() {
    servers.pause(STILL);
  }

  private void resume() {
    servers.get(STILL).resume();
    Await.until(
        "its return",
        () -> catchThrowableOfType(ZealException.class, () -> store.get(still.getFirst())) == null);
  }

  /** Keys of the server that stands still come first. */
  private Map<String, Player> rows(long score) {
    Map<String, Player> rows = new LinkedHashMap<>();
    still.forEach(key -> rows.put(key, Player.of(score)));
    others.forEach(key -> rows.put(key, Player.of(score)));
    return rows;
  }

  private static ZealException failure(ThrowingCallable call) {
    long begin = System.nanoTime();
    ZealException failure = catchThrowableOfType(ZealException.class, call);
    assertThat(failure).as("the error of a call to a server that stands still").isNotNull();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
    return failure;
  }

  private static void assertTimeout(ZealException failure) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            OperationTimeoutException.class, e -> assertThat(e.stage()).isEqualTo(Stage.SERVER));
  }

  @Test
  void aReadEndsByTheDeadline() {
    pause();
    ZealException failure = failure(() -> store.get(still.getFirst()));
    assertTimeout(failure);
    assertThat(failure.outcome()).isEmpty();
  }

  @Test
  void aPutMayHaveHappened() {
    pause();
    ZealException failure = failure(() -> store.put(still.getFirst(), Player.of(1)));
    assertTimeout(failure);
    assertThat(failure.outcome()).contains(Outcome.UNKNOWN);
  }

  @Test
  void aConditionThatWasNeverAnsweredSaysThatNothingHappened() {
    pause();
    ZealException failure = failure(() -> store.patch(still.getFirst(), Patch.set("score", 1)));
    assertTimeout(failure);
    assertThat(failure.outcome()).contains(Outcome.NOT_SENT);
  }

  @Test
  void aCounterMayHaveCounted() {
    Counter counter = zeal.counter(servers.counterOn(STILL));
    pause();
    ZealException failure = failure(counter::increment);
    assertTimeout(failure);
    assertThat(failure.outcome()).contains(Outcome.UNKNOWN);
  }

  /** It is looked at everywhere before anything is cleared. */
  @Test
  void aClearDoesNotBegin() {
    store.putAll(rows(7)).orThrow();
    pause();
    ZealException failure = failure(store::clear);
    assertTimeout(failure);
    assertThat(failure.outcome()).contains(Outcome.NOT_SENT);
    assertThat(store.getAll(others).orThrow()).containsOnlyKeys(others);
  }

  /** Whoever asks late shares the connection that is given up for those who asked early. */
  @Test
  void whoComesBeforeTheConnectionIsGivenUpIsToldOfASilentServerToo() {
    pause();
    List<ZealException> failures = new ArrayList<>();
    long begin = System.nanoTime();
    Thread early =
        Thread.ofVirtual()
            .start(() -> failures.add(failure(() -> store.put(still.getFirst(), Player.of(1)))));
    Await.until("half of the deadline", () -> System.nanoTime() - begin > 150_000_000);
    ZealException late = failure(() -> store.put(still.getLast(), Player.of(1)));
    Await.end(early);
    failures.add(late);
    assertThat(failures)
        .allSatisfy(e -> {
          if (e.outcome().orElseThrow() == Outcome.UNKNOWN) {
            assertTimeout(e);
          } else {
            assertThat(e).isInstanceOf(BackendUnavailableException.class);
          }
        });
  }

  @Test
  void callsOfManyKeysFailForItsKeysAlone() {
    store.putAll(rows(7)).orThrow();
    pause();
    BulkResult<Player> read = store.getAll(rows(7).keySet());
    assertThat(read.values()).containsOnlyKeys(others);
    assertThat(read.failures()).containsOnlyKeys(still);
  }

  @Test
  void putsOfManyKeysFailForItsKeysAlone() {
    pause();
    BulkResult<Boolean> written = store.putAll(rows(7));
    assertThat(written.values()).containsOnlyKeys(others);
    assertThat(written.failures()).containsOnlyKeys(still);
    assertThat(written.failures().values())
        .allSatisfy(e -> {
          assertTimeout(e);
          assertThat(e.outcome()).contains(Outcome.UNKNOWN);
        });
    assertThat(store.getAll(others).orThrow()).containsOnlyKeys(others);
  }

  /** More than go in one trip: nobody was in their way, there was just no time for the rest. */
  @Test
  void whatThereWasNoTimeForIsNotBlamedOnOthers() {
    Map<String, Player> rows = new LinkedHashMap<>(rows(7));
    for (int i = 0; i < 3_000; i++) {
      rows.put("more-" + i, Player.of(i));
    }
    pause();
    Map<String, ZealException> failures = store.putAll(rows).failures();
    assertThat(failures).containsKeys(still.toArray(String[]::new));
    assertThat(failures.values())
        .allSatisfy(e -> {
          if (e instanceof OperationTimeoutException timeout) {
            assertThat(timeout.stage()).isEqualTo(Stage.SERVER);
          }
        });
    Map<String, Player> unsent = new LinkedHashMap<>();
    failures.forEach((key, e) -> {
      if (e.outcome().orElseThrow() == Outcome.NOT_SENT && servers.owner("players", key) != STILL) {
        unsent.put(key, rows.get(key));
      }
    });
    assertThat(store.getAll(unsent.keySet()).orThrow()).isEmpty();
  }

  @Test
  void removalsOfManyKeysFailForItsKeysAlone() {
    store.putAll(rows(7)).orThrow();
    pause();
    BulkResult<Boolean> removed = store.removeAll(rows(7).keySet());
    assertThat(removed.failures()).containsOnlyKeys(still);
    assertThat(removed.values()).containsOnlyKeys(others).doesNotContainValue(false);
  }

  @Test
  void countersOfOtherServersGoOn() {
    Counter silent = zeal.counter(servers.counterOn(STILL));
    Counter kept = zeal.counter(servers.counterOn(0));
    pause();
    BulkResult<Long> added = zeal.addAll(Map.of(silent, 1L, kept, 1L));
    assertThat(added.values()).containsExactly(Map.entry(kept.name(), 1L));
    assertThat(added.failures()).containsOnlyKeys(silent.name());
    BulkResult<Long> read = zeal.getAll(List.of(silent, kept));
    assertThat(read.values()).containsExactly(Map.entry(kept.name(), 1L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void afterItGoesOnEverythingWorksAndWhatWasNotSentDidNotHappen(String protocol) {
    Store<Player> rows =
        servers
            .open("zeal.memcached.timeout", "300ms", "zeal.memcached.protocol", protocol)
            .store("players", Player.SCHEMA);
    still.forEach(key -> rows.put(key, Player.of(7)));
    pause();
    Map<String, Outcome> outcomes = new LinkedHashMap<>();
    for (String key : still) {
      outcomes.put(key, failure(() -> rows.put(key, Player.of(8))).outcome().orElseThrow());
    }
    assertThat(outcomes).containsValue(Outcome.UNKNOWN).containsValue(Outcome.NOT_SENT);
    resume();
    Await.until(
        "the return of the second instance",
        () -> catchThrowableOfType(ZealException.class, () -> rows.get(still.getFirst())) == null);
    outcomes.forEach((key, outcome) -> {
      if (outcome == Outcome.NOT_SENT) {
        assertThat(rows.get(key)).as("the row of %s", key).contains(Player.of(7));
      } else {
        assertThat(rows.get(key).orElseThrow().score()).isIn(7L, 8L);
      }
    });
    rows.putAll(rows(9)).orThrow();
    assertThat(rows.getAll(rows(9).keySet()).orThrow()).isEqualTo(rows(9));
  }

  @Test
  void storesAndCountersOpenWhileItStandsStill() {
    pause();
    Store<Player> late = zeal.store("late", Player.SCHEMA);
    Counter counter = zeal.counter(servers.counterOn(STILL));
    String key = servers.keysOn(0, "late", 1).getFirst();
    late.put(key, Player.of(1));
    assertThat(late.get(key)).contains(Player.of(1));
    resume();
    assertThat(counter.increment()).isEqualTo(1);
    String there = servers.keysOn(STILL, "late", 1).getFirst();
    assertThat(late.increment(there, "score", 2)).isEqualTo(2);
  }

  /** Its epoch has to be asked for first. */
  @Test
  void writesGoOnWhereNothingIsKnownOfIt() {
    store.putAll(rows(7)).orThrow();
    RawItems items = servers.items(STILL);
    items.delete(items.keys().epoch("players"));
    assertThat(store.get(still.getFirst())).isEmpty(); // so it is known that there is none
    pause();
    BulkResult<Boolean> removed = store.removeAll(rows(7).keySet());
    assertThat(removed.values()).containsOnlyKeys(others).doesNotContainValue(false);
    assertThat(removed.failures()).containsOnlyKeys(still);
  }

  @Test
  void writesThatTakeManyRoundsGoOn() {
    Store<Player> patient =
        servers.open("zeal.memcached.timeout", "3s").store("players", Player.SCHEMA);
    Map<String, Player> rows = new LinkedHashMap<>(rows(7));
    servers.keysOn(0, "players", 3_500).forEach(key -> rows.put(key, Player.of(8)));
    pause();
    assertThat(patient.putAll(rows).failures()).containsOnlyKeys(still);
  }

  @Test
  void aCounterThatWasNeverComparedKeepsNoOtherWaiting() {
    Counter kept = zeal.counter(servers.counterOn(0));
    kept.set(5);
    pause();
    Counter late = zeal.counter(servers.counterOn(STILL));
    resume();
    pause();
    BulkResult<Long> added = zeal.addAll(Map.of(late, 1L, kept, -1L));
    assertThat(added.values()).containsExactly(Map.entry(kept.name(), 4L));
    assertThat(added.failures().get(late.name()).outcome()).contains(Outcome.NOT_SENT);
    BulkResult<Long> read = zeal.getAll(List.of(late, kept));
    assertThat(read.values()).containsExactly(Map.entry(kept.name(), 4L));
    assertThat(read.failures()).containsOnlyKeys(late.name());
  }

  /** Two are silent, and each would take the whole deadline if it were asked after the other. */
  @Test
  void openingAStoreAndInspectingKeepOneDeadline() {
    Duration timeout = Duration.ofSeconds(3);
    Zeal opening = servers.open("zeal.memcached.timeout", "3s");
    Zeal inspecting = servers.open("zeal.memcached.timeout", "3s");
    servers.pause(0);
    pause();
    long begin = System.nanoTime();
    var _ = opening.store("late", Player.SCHEMA);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(timeout.plusSeconds(2));
    begin = System.nanoTime();
    assertThat(inspecting.inspect().stream().filter(one -> one.code().equals("ZEAL-F602")))
        .hasSize(2);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(timeout.plusSeconds(2));
  }
}
