package io.zeal.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.BackendUnavailableException;
import io.zeal.BulkResult;
import io.zeal.Counter;
import io.zeal.InvalidArgumentException;
import io.zeal.MaxBytes;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.Schema;
import io.zeal.ServerRefusedException;
import io.zeal.ServerRefusedException.Reason;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls on stores and counters of the embedded table, with faults. */
class ChaosCallsTest {

  record Player(@MaxBytes(64) String name, long score) {}

  private static final Schema<Player> PLAYER = Schema.of(Player.class, MethodHandles.lookup());

  private final Chaos chaos = Chaos.seeded(42);
  private final List<Zeal> opened = new ArrayList<>();

  @AfterEach
  void closeAll() {
    opened.forEach(Zeal::close);
  }

  private Zeal open(Chaos chaos) {
    Zeal zeal =
        Zeal.open(
            ZealConfig.builder().set("zeal.backend", "table").instance(Chaos.class, chaos).build());
    opened.add(zeal);
    return zeal;
  }

  private Store<Player> players() {
    return players(chaos);
  }

  private Store<Player> players(Chaos chaos) {
    return open(chaos).store("players", PLAYER);
  }

  private static Player player(long score) {
    return new Player("p", score);
  }

  private static ZealException errorOf(Runnable call) {
    try {
      call.run();
      return null;
    } catch (ZealException e) {
      return e;
    }
  }

  /** What becomes of so many calls, as text. */
  private static List<String> fates(int calls, Consumer<Integer> call) {
    return IntStream.range(0, calls)
        .mapToObj(i -> {
          ZealException error = errorOf(() -> call.accept(i));
          return error == null
              ? "fine"
              : error.getClass().getSimpleName() + " " + error.outcome().orElse(null);
        })
        .toList();
  }

  private static String kind(String fate) {
    return fate.equals("fine") ? fate : fate.substring(0, fate.indexOf(' '));
  }

  // Rates

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.1, 0.5, 0.9})
  void rateIsWhatWasAskedFor(double rate) {
    Store<Player> store = players();
    chaos.errors(rate);
    int calls = 20_000;

    long failed =
        fates(calls, i -> store.get("k" + i % 100)).stream().filter(f -> !f.equals("fine")).count();

    double deviation = Math.sqrt(calls * rate * (1 - rate));
    assertThat((double) failed)
        .as("failed of %s calls at a rate of %s, within five standard deviations", calls, rate)
        .isBetween(calls * rate - 5 * deviation, calls * rate + 5 * deviation);
    assertThat(chaos.injected(Fault.UNAVAILABLE)).isEqualTo(failed);
  }

  @Test
  void kindsShareTheCallsAndEachIsCounted() {
    Store<Player> store = players();
    chaos.errors(0.2).timeouts(0.1).refusals(0.1);

    Map<String, Long> seen = new TreeMap<>();
    fates(20_000, i -> store.put("k" + i, player(1)))
        .forEach(fate -> seen.merge(kind(fate), 1L, Long::sum));

    assertThat(seen.get("BackendUnavailableException"))
        .isBetween(3_700L, 4_300L)
        .isEqualTo(chaos.injected(Fault.UNAVAILABLE));
    assertThat(seen.get("OperationTimeoutException"))
        .isBetween(1_780L, 2_220L)
        .isEqualTo(chaos.injected(Fault.TIMEOUT));
    assertThat(seen.get("ServerRefusedException"))
        .isBetween(1_780L, 2_220L)
        .isEqualTo(chaos.injected(Fault.REFUSAL));
  }

  @Test
  void ratesThatNoCallCanHaveAreRefusedAndChangeNothing() {
    Store<Player> store = players();
    for (double rate : new double[] {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> chaos.errors(rate)).isInstanceOf(InvalidArgumentException.class);
    }
    chaos.timeouts(0.6, Stage.QUEUE);
    assertThatThrownBy(() -> chaos.errors(0.5))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("1 at most");
    assertThatThrownBy(() -> chaos.timeouts(0.1, Stage.LOADER))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> chaos.latency(Duration.ofMillis(-1)))
        .isInstanceOf(InvalidArgumentException.class);

    assertThat(fates(1_000, i -> store.get("k")))
        .doesNotContain("BackendUnavailableException null");
    assertThat(chaos.timeouts(0).errors(1).calm().injected(Fault.UNAVAILABLE)).isZero();
  }

  @Test
  void nothingIsInjectedUntilItIsSwitchedOnAndAfterItIsSwitchedOff() {
    Store<Player> store = players();
    assertThat(fates(1_000, i -> store.put("k" + i, player(i)))).containsOnly("fine");
    chaos.errors(1);
    assertThat(fates(100, i -> store.put("k" + i, player(i)))).doesNotContain("fine");
    chaos.errors(0);
    assertThat(fates(1_000, i -> store.put("k" + i, player(i)))).containsOnly("fine");
    chaos.refusals(1).partition().calm();
    assertThat(fates(1_000, i -> store.put("k" + i, player(i)))).containsOnly("fine");
    assertThat(chaos.injected(Fault.UNAVAILABLE)).isEqualTo(100);
  }

  // The seed

  @Test
  void sameSeedHasTheSameFaults() {
    List<String> first = run(Chaos.seeded(7));
    assertThat(run(Chaos.seeded(7))).isEqualTo(first).contains("fine");
    assertThat(run(Chaos.seeded(8))).isNotEqualTo(first);
  }

  private List<String> run(Chaos chaos) {
    Store<Player> store = players(chaos);
    chaos.errors(0.2).timeouts(0.2).refusals(0.1);
    return fates(500, i -> store.put("k" + i % 7, player(i)));
  }

  @Test
  void onlyCallsWithFaultsSwitchedOnAreCounted() {
    Chaos late = Chaos.seeded(7);
    Store<Player> store = players(late);
    assertThat(fates(100, i -> store.put("k" + i % 7, player(i)))).containsOnly("fine");
    late.errors(0.2).timeouts(0.2).refusals(0.1);

    assertThat(fates(500, i -> store.put("k" + i % 7, player(i)))).isEqualTo(run(Chaos.seeded(7)));
  }

  @Test
  void latencyDoesNotChangeWhichCallsFail() {
    Chaos slow = Chaos.seeded(7).latency(Duration.ZERO, Duration.ofNanos(2_000));
    assertThat(run(slow)).isEqualTo(run(Chaos.seeded(7)));
  }

  @Test
  void threadsDoNotChangeWhichCallsFail() throws Exception {
    assertThat(concurrently(11)).isEqualTo(concurrently(11));
  }

  private Map<String, List<String>> concurrently(long seed) throws Exception {
    Chaos chaos = Chaos.seeded(seed);
    Store<Player> store = players(chaos);
    chaos.errors(0.3).timeouts(0.1);
    Map<String, List<String>> fates = new ConcurrentHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.range(0, 16)
              .mapToObj(thread ->
                  threads.submit(() ->
                      fates.put(
                          "k" + thread,
                          fates(300, i -> store.increment("k" + thread, "score", 1)))))
              .toList();
      for (var one : all) {
        var _ = one.get();
      }
    }
    return fates;
  }

  @Test
  void twoInstancesAreNotDisturbedByEachOther() {
    Chaos both = Chaos.seeded(7);
    Store<Player> one = players(both);
    Store<Player> two = players(both);
    both.errors(0.2).timeouts(0.2).refusals(0.1);
    List<String> fates =
        fates(
            500,
            i -> {
              var _ = errorOf(() -> two.put("k" + i % 7, player(i)));
              one.put("k" + i % 7, player(i));
            });
    assertThat(fates).isEqualTo(run(Chaos.seeded(7)));
  }

  @Test
  void seedIsToldByTheErrorAndByTheChaos() {
    Store<Player> store = players();
    chaos.errors(1, Outcome.NOT_SENT);
    assertThatThrownBy(() -> store.get("k"))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("Store 'players'")
        .hasMessageContaining("GET")
        .hasMessageContaining("Injected by zeal-testkit (seed 42)")
        .hasMessageEndingWith("ZEAL-401");
    assertThat(chaos.seed()).isEqualTo(42);
    assertThat(chaos.toString()).contains("seed=42");
    assertThat(Chaos.seeded(Chaos.random().seed())).isNotNull();
  }

  // What may have happened

  @Test
  void whatWasNotSentDidNotHappen() {
    Store<Player> store = players();
    chaos.errors(0.4, Outcome.NOT_SENT).timeouts(0.2, Stage.CONNECT).refusals(0.2);

    List<String> fates = fates(2_000, i -> store.put("k" + i, player(i)));

    chaos.calm();
    for (int i = 0; i < fates.size(); i++) {
      boolean fine = fates.get(i).equals("fine");
      assertThat(fates.get(i)).isEqualTo(fine ? "fine" : kind(fates.get(i)) + " NOT_SENT");
      assertThat(store.contains("k" + i)).as("k%s: %s", i, fates.get(i)).isEqualTo(fine);
    }
    assertThat(chaos.repliesLost()).isZero();
  }

  @Test
  void ofWhatIsUnknownTheSeedDecidesAndTheNumberIsTold() {
    Store<Player> store = players();
    Counter counter = opened.getFirst().counter("hits");
    chaos.errors(0.5, Outcome.UNKNOWN);

    long heard = 0;
    for (int i = 0; i < 4_000; i++) {
      heard += errorOf(counter::increment) == null ? 1 : 0;
      heard += errorOf(() -> store.increment("k", "score", 1)) == null ? 1 : 0;
    }

    chaos.calm();
    long happened = counter.get() + store.get("k").orElseThrow().score();
    assertThat(happened).isEqualTo(heard + chaos.repliesLost());
    double unheard = chaos.injected(Fault.UNAVAILABLE);
    assertThat((double) chaos.repliesLost()).isBetween(unheard * 0.45, unheard * 0.55);
  }

  @ParameterizedTest
  @EnumSource(
      value = Stage.class,
      names = {"QUEUE", "CONNECT", "WRITE", "SERVER", "ROW"})
  void timeoutsHaveTheirStageAndItsOutcome(Stage stage) {
    Store<Player> store = players();
    chaos.timeouts(1, stage);
    var write =
        catchThrowableOfType(OperationTimeoutException.class, () -> store.put("k", player(1)));
    assertThat(write.stage()).isEqualTo(stage);
    assertThat(write.outcome())
        .contains(stage == Stage.SERVER ? Outcome.UNKNOWN : Outcome.NOT_SENT);
    var read = catchThrowableOfType(OperationTimeoutException.class, () -> store.get("k"));
    assertThat(read.stage()).isEqualTo(stage);
    assertThat(read.outcome()).isEmpty();
  }

  @Test
  void refusalsHaveTheirReason() {
    Store<Player> store = players();
    chaos.refusals(1, Reason.READ_ONLY);
    var error = catchThrowableOfType(ServerRefusedException.class, () -> store.put("k", player(1)));
    assertThat(error.reason()).isEqualTo(Reason.READ_ONLY);
    assertThat(error.outcome()).contains(Outcome.NOT_SENT);
  }

  @Test
  void errorThatNobodyHeardStaysVisible() {
    Store<Player> store = players();
    store.put("k", player(Long.MAX_VALUE));
    chaos.partitionOneWay();
    ZealException error = errorOf(() -> store.increment("k", "score", 1));
    assertThat(error).isInstanceOf(BackendUnavailableException.class);
    assertThat(error.getSuppressed()).hasSize(1);
  }

  // Partitions

  @Test
  void partitionCutsEveryCallAndHeals() {
    Zeal zeal = open(chaos);
    Store<Player> store = zeal.store("players", PLAYER);
    Counter counter = zeal.counter("hits");
    store.put("k", player(1));
    chaos.partition();

    List<Runnable> calls =
        List.of(
            () -> store.get("k"),
            () -> store.contains("k"),
            () -> store.getLong("k", "score"),
            () -> store.put("k", player(2)),
            () -> store.remove("k"),
            store::count,
            () -> store.page("", 10),
            store::clear,
            counter::get,
            counter::increment,
            () -> zeal.store("others", PLAYER),
            () -> zeal.counter("others"));
    for (Runnable call : calls) {
      ZealException error = errorOf(call);
      assertThat(error).isInstanceOf(BackendUnavailableException.class);
      assertThat(error.outcome().orElse(Outcome.NOT_SENT)).isEqualTo(Outcome.NOT_SENT);
    }
    assertThat(chaos.injected(Fault.PARTITION)).isEqualTo(calls.size());

    chaos.heal();
    assertThat(store.get("k")).contains(player(1));
    assertThat(counter.get()).isZero();
    assertThat(zeal.store("others", PLAYER).count()).isZero();
  }

  @Test
  void oneWayPartitionLetsCallsArriveAndNoAnswerComeBack() {
    Store<Player> store = players();
    chaos.partitionOneWay();
    for (int i = 0; i < 50; i++) {
      var error =
          catchThrowableOfType(
              BackendUnavailableException.class, () -> store.increment("k", "score", 1));
      assertThat(error.outcome()).contains(Outcome.UNKNOWN);
    }
    assertThatThrownBy(() -> store.get("k")).isInstanceOf(BackendUnavailableException.class);
    chaos.heal();
    assertThat(store.get("k").orElseThrow().score()).isEqualTo(50);
    assertThat(chaos.repliesLost()).as("changes, and no read").isEqualTo(50);
  }

  @Test
  void whatChangedNothingIsNoLostReply() {
    Store<Player> store = players();
    Counter counter = opened.getFirst().counter("hits");
    store.put("k", player(1));
    store.put("full", player(Long.MAX_VALUE));
    chaos.partitionOneWay();
    List<Runnable> calls =
        List.of(
            () -> store.get("k"),
            () -> store.getAll(List.of("k", "other")),
            () -> store.putIfAbsent("k", player(2)),
            () -> store.remove("none"),
            () -> store.increment("full", "score", 1),
            counter::get,
            () -> opened.getFirst().counter("others"));
    for (Runnable call : calls) {
      var _ = errorOf(call);
    }
    assertThat(chaos.repliesLost()).isZero();
    var _ = errorOf(counter::increment);
    assertThat(chaos.repliesLost()).isEqualTo(1);
  }

  // Many keys

  @Test
  void eachKeyOfManyHasAFateOfItsOwn() {
    Store<Player> store = players();
    chaos.errors(0.5);
    Map<String, Player> rows = new TreeMap<>();
    IntStream.range(0, 1_000).forEach(i -> rows.put("k" + i, player(i)));

    BulkResult<Boolean> written = store.putAll(rows);

    chaos.calm();
    assertThat(written.failures().size() + written.values().size()).isEqualTo(rows.size());
    assertThat(written.failures()).hasSizeBetween(400, 600);
    assertThat(chaos.injected(Fault.UNAVAILABLE)).isEqualTo(written.failures().size());
    written.values().forEach((key, _) -> assertThat(store.contains(key)).isTrue());
    long happened =
        written.failures().entrySet().stream()
            .filter(failed -> {
              boolean there = store.contains(failed.getKey());
              if (failed.getValue().outcome().orElseThrow() == Outcome.NOT_SENT) {
                assertThat(there).as(failed.getKey()).isFalse();
              }
              return there;
            })
            .count();
    assertThat(happened).isEqualTo(chaos.repliesLost()).isPositive();
  }

  @Test
  void readsOfManyMissNoKeyAndInventNone() {
    Store<Player> store = players();
    List<String> keys = IntStream.range(0, 1_000).mapToObj(i -> "k" + i).toList();
    keys.subList(0, 500).forEach(key -> store.put(key, player(1)));
    chaos.errors(0.3).timeouts(0.2);

    BulkResult<Player> read = store.getAll(keys);

    assertThat(read.failures()).hasSizeBetween(400, 600);
    for (String key : keys) {
      boolean failed = read.failures().containsKey(key);
      boolean found = read.values().containsKey(key);
      assertThat(found).as(key).isEqualTo(!failed && keys.indexOf(key) < 500);
    }
    read.failures().values().forEach(error -> assertThat(error.outcome()).isEmpty());
  }

  @Test
  void countersOfManyAddUpToWhatHappened() {
    Zeal zeal = open(chaos);
    Map<Counter, Long> deltas = new java.util.HashMap<>();
    IntStream.range(0, 200).forEach(i -> deltas.put(zeal.counter("c" + i), 1L));
    chaos.errors(0.5);

    BulkResult<Long> sums = zeal.addAll(deltas);

    chaos.calm();
    long happened =
        zeal.getAll(deltas.keySet()).orThrow().values().stream().mapToLong(n -> n).sum();
    assertThat(sums.failures()).hasSizeBetween(70, 130);
    assertThat(happened).isEqualTo(sums.values().size() + chaos.repliesLost());
  }

  @Test
  void partitionFailsEachKeyOfManyRatherThanTheCall() {
    Store<Player> store = players();
    chaos.partition();
    assertThat(store.getAll(List.of("a", "b")).failures()).containsOnlyKeys("a", "b");
    assertThat(store.removeAll(List.of("a", "b")).failures()).containsOnlyKeys("a", "b");
  }

  // Latency

  @Test
  void latencyIsAtLeastWhatWasAskedForAndSpread() {
    Store<Player> store = players();
    chaos.latency(Duration.ofMillis(2), Duration.ofMillis(4));
    List<Long> took = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      long start = System.nanoTime();
      var _ = store.get("k" + i);
      took.add(System.nanoTime() - start);
    }
    assertThat(took).allSatisfy(nanos -> assertThat(nanos).isGreaterThanOrEqualTo(2_000_000));
    assertThat(took.stream().filter(nanos -> nanos > 4_000_000).count()).isPositive();
    assertThat(chaos.injected(Fault.LATENCY)).isEqualTo(50);
  }

  @Test
  void latencyEndsWhereItsThreadIsInterrupted() {
    Store<Player> store = players();
    chaos.latency(Duration.ofHours(1));
    Thread.currentThread().interrupt();
    var error =
        catchThrowableOfType(OperationInterruptedException.class, () -> store.put("k", player(1)));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(error.outcome()).contains(Outcome.NOT_SENT);
    chaos.calm();
    assertThat(store.contains("k")).isFalse();
  }

  // What was acknowledged

  @Test
  void whatWasAcknowledgedStays() throws Exception {
    Store<Player> store = players();
    chaos.errors(0.2).timeouts(0.1).refusals(0.1).latency(Duration.ZERO, Duration.ofNanos(200_000));
    Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < 16; t++) {
        String key = "k" + t;
        var _ =
            threads.submit(() -> {
              for (int i = 1; i <= 200; i++) {
                long score = i;
                if (errorOf(() -> store.put(key, player(score))) == null) {
                  acknowledged.put(key, score);
                }
              }
            });
      }
    }
    chaos.calm();
    acknowledged.forEach((key, score) ->
        assertThat(store.get(key).orElseThrow().score()).as(key).isGreaterThanOrEqualTo(score));
    assertThat(acknowledged).hasSize(16);
  }

  @Test
  void statisticsHaveAPart() {
    Zeal zeal = open(chaos);
    Store<Player> store = zeal.store("players", PLAYER);
    chaos.partition();
    var _ = errorOf(() -> store.get("k"));
    var injected = zeal.stats().parts().get("backend").parts().get("chaos");
    assertThat(injected.numbers()).containsEntry("partition", 1L).containsEntry("refusal", 0L);
  }
}
