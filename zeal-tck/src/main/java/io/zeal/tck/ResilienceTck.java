package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zeal.BackendInfo;
import io.zeal.BackendUnavailableException;
import io.zeal.BulkResult;
import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.CircuitOpenException;
import io.zeal.CodecException;
import io.zeal.ErrorCode;
import io.zeal.Finding;
import io.zeal.InvalidArgumentException;
import io.zeal.MaxBytes;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.PublishOptions;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Schema;
import io.zeal.SchemaException;
import io.zeal.Script;
import io.zeal.ServerRefusedException;
import io.zeal.Stats;
import io.zeal.StoreOptions;
import io.zeal.ZealException;
import io.zeal.spi.Announcement;
import io.zeal.spi.Announcer;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendDecorator;
import io.zeal.spi.Condition;
import io.zeal.spi.Role;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Circuit breakers around a remote backend ({@code docs/contract/resilience.md}). Time is the
 * kit's: it passes when a test says so, from a number that {@link System#nanoTime} may have, near
 * the greatest.
 */
@ExtendWith(RuleFirst.class)
public abstract class ResilienceTck {

  private static final String PREFIX = "zeal.resilience.";

  private static final Duration OPEN_FOR = Duration.ofMillis(100);
  private static final Duration PROBE_TIMEOUT = Duration.ofMillis(300);
  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final Duration SILENCE = Duration.ofMillis(200);
  private static final int MINIMUM = 4;
  private static final int RATE = 50;

  private static final Map<String, String> SETTINGS =
      Map.of(
          "window", "1s",
          "failure-rate", "50",
          "minimum-calls", "4",
          "silence", "200ms",
          "open-for", "100ms",
          "probe-timeout", "300ms",
          "retries", "0");

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** What hangs for good hangs that long. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final StoreSpec<Player> ASKING =
      new StoreSpec<>(
          "tck-asking",
          Player.SCHEMA,
          StoreOptions.defaults().requesting(Capability.READ_FALLBACK),
          null);

  /** Another type of record. */
  private record Named(@MaxBytes(16) String name) {
    static final Schema<Named> SCHEMA = Schema.of(Named.class, MethodHandles.lookup());
  }

  private static final StoreSpec<Named> ASKING_NAMED =
      new StoreSpec<>(ASKING.name(), Named.SCHEMA, ASKING.options(), null);

  /** For a subclass in the decorator's tests. */
  protected ResilienceTck() {}

  /** The decorator under test, which measures time by {@code nanoTime}. */
  protected abstract BackendDecorator decorator(LongSupplier nanoTime);

  /** A decorated backend, its time, and what is below it. */
  private final class World {
    private final long origin = Long.MAX_VALUE - WINDOW.toNanos() / 2;
    final AtomicLong passed = new AtomicLong();
    final Faults faults = new Faults(new Below());
    final Backend backend;
    final Rows<Player> rows;

    World() {
      this(Role.PRIMARY, Faults.REMOTE, Map.of());
    }

    World(String key, String value) {
      this(Role.PRIMARY, Faults.REMOTE, Map.of(key, value));
    }

    World(Role role, BackendInfo info, Map<String, String> changed) {
      Map<String, String> settings = new HashMap<>();
      SETTINGS.forEach((key, value) -> settings.put(PREFIX + key, value));
      changed.forEach(
          (key, value) -> settings.put(key.startsWith("zeal.") ? key : PREFIX + key, value));
      faults.info = info;
      backend =
          decorator(() -> origin + passed.get())
              .decorate(faults, role, new DecoratorContext(settings, none()));
      rows = backend.rows(SpiSamples.STORE);
      pass(WINDOW.multipliedBy(2)); // that was a call too
    }

    void pass(Duration time) {
      passed.addAndGet(time.toNanos());
    }

    void answer(int calls) {
      faults.behaviour = () -> {};
      for (int i = 0; i < calls; i++) {
        rows.get("k");
      }
    }

    void fail(int calls) {
      endIn(away(null), calls);
    }

    /** Makes calls that end in {@code error}, in which they are let through. */
    void endIn(Throwable error, int calls) {
      faults.behaviour = throwing(error);
      for (int i = 0; i < calls; i++) {
        assertThat(catchThrowable(() -> rows.get("k"))).isNotNull();
      }
      faults.behaviour = () -> {};
    }

    void open() {
      fail(MINIMUM);
    }

    /** Whether a call comes as far as the backend. */
    boolean letsThrough() {
      int before = faults.reached.get();
      var _ = catchThrowable(() -> rows.get("k"));
      return faults.reached.get() > before;
    }

    PendingCall begin() {
      faults.behaviour = PendingCall::stay;
      return new PendingCall(() -> rows.get("k"));
    }

    long number(String name) {
      return part().numbers().getOrDefault(name, -1L);
    }

    long state() {
      return number("state");
    }

    Stats part() {
      Stats part = backend.stats().parts().get("resilience");
      return part == null ? Stats.of("none", Map.of()) : part;
    }
  }

  private static DecoratorContext.Instances none() {
    return new DecoratorContext.Instances() {
      @Override
      public <T> Optional<T> of(Class<T> type) {
        return Optional.empty();
      }
    };
  }

  private static BackendUnavailableException away(@Nullable Outcome outcome) {
    return new BackendUnavailableException("The kit's backend is away.", outcome, null);
  }

  private static OperationTimeoutException late(Stage stage) {
    return new OperationTimeoutException(stage, "The kit's backend is late.", null, null);
  }

  private static Runnable throwing(Throwable error) {
    return () -> {
      switch (error) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new AssertionError(error);
      }
    };
  }

  private static Write<Player> put(String key) {
    return new Write.Put<>(key, Player.BOB, 0, new Condition.Always<>());
  }

  // B1: closed

  @Test
  final void b1_1_aClosedCircuitPassesEverythingOn() {
    World world = new World();
    ZealException error = away(null);
    world.faults.behaviour = throwing(error);
    for (int i = 1; i < MINIMUM; i++) {
      assertThat(catchThrowable(() -> world.rows.get("k")))
          .as("B1.1 the error of call %s", i)
          .isSameAs(error);
    }
    world.faults.behaviour = () -> {};
    assertThat(world.rows.get("k")).as("B1.1 a result").isPresent();
    assertThat(world.faults.reached).as("B1.1 calls that came to the backend").hasValue(MINIMUM);
    assertThat(world.state()).as("B1.1 the state").isZero();
  }

  @Test
  final void b1_2_itOpensWhenMostOfTheWindowFailed() {
    World world = new World();
    world.answer(MINIMUM + 1);
    world.fail(MINIMUM);
    assertThat(world.letsThrough()).as("B1.2 a call behind 4 of 9 that failed").isTrue();
    world.fail(2);
    assertThat(world.letsThrough()).as("B1.2 a call behind 6 of 12 that failed").isFalse();

    World later = new World();
    later.answer(60);
    later.fail(50);
    later.answer(1); // so that what fails next is the first in a row
    later.pass(WINDOW.plusMillis(1));
    later.fail(MINIMUM - 1);
    assertThat(later.letsThrough())
        .as("B1.2 a call behind too few, those before being too old")
        .isTrue();
    later.pass(WINDOW.plusMillis(1));
    later.fail(MINIMUM);
    assertThat(later.letsThrough())
        .as("B1.2 a call behind 4 of 4, those before being too old")
        .isFalse();
  }

  @Test
  final void b1_3_onlyOutagesAreFailures() {
    List<Throwable> harmless =
        List.of(
            new SchemaException(ErrorCode.SCHEMA_MISMATCH, "no"),
            new InvalidArgumentException(ErrorCode.INVALID_ARGUMENT, "no"),
            new ServerRefusedException(ServerRefusedException.Reason.PERMISSION, "no", null, null),
            new CapacityException(ErrorCode.STORE_FULL, "no"),
            new CodecException(ErrorCode.CODEC, "no", null),
            new OperationInterruptedException("no", null, null),
            late(Stage.ROW),
            late(Stage.LOADER),
            new IllegalStateException("a bug"),
            new AssertionError("another"));
    for (Throwable error : harmless) {
      World world = new World();
      world.endIn(error, 5 * MINIMUM);
      assertThat(world.letsThrough())
          .as("B1.3 a call behind many that ended in %s", error)
          .isTrue();
    }
    List<Throwable> failures =
        List.of(
            away(null),
            late(Stage.QUEUE),
            late(Stage.CONNECT),
            late(Stage.WRITE),
            late(Stage.SERVER));
    for (Throwable error : failures) {
      World world = new World();
      world.endIn(error, MINIMUM);
      assertThat(world.letsThrough()).as("B1.3 a call behind 4 that ended in %s", error).isFalse();
    }
  }

  @Test
  final void b1_4_itOpensWhenNothingIsAnsweredAnyMore() {
    World world = new World();
    world.answer(1000);
    world.faults.behaviour =
        () -> {
          world.pass(SILENCE.dividedBy(3));
          throw away(null);
        };
    for (int i = 1; i < MINIMUM; i++) {
      assertThat(catchThrowable(() -> world.rows.get("k"))).isNotNull();
    }
    world.faults.behaviour = () -> {};
    assertThat(world.letsThrough()).as("B1.4 a call behind 3 and the silence").isTrue();
    world.faults.behaviour =
        () -> {
          world.pass(SILENCE.dividedBy(3));
          throw away(null);
        };
    for (int i = 1; i <= MINIMUM; i++) {
      assertThat(catchThrowable(() -> world.rows.get("k"))).isNotNull();
    }
    assertThat(world.letsThrough()).as("B1.4 a call behind 4 and the silence").isFalse();

    World blip = new World();
    blip.answer(1000);
    blip.pass(SILENCE.multipliedBy(2));
    blip.fail(20);
    assertThat(blip.letsThrough()).as("B1.4 a call behind 20 that failed in no time").isTrue();
  }

  @Test
  final void b1_5_aCallOnManyCountsOnceAndFailsIfAllFailed() {
    World world = new World();
    world.faults.bulk = new BulkResult<>(Map.of("a", Player.BOB), Map.of("b", away(null)));
    for (int i = 0; i < 5 * MINIMUM; i++) {
      world.rows.getAll(List.of("a", "b"));
    }
    assertThat(world.letsThrough()).as("B1.5 a call behind many that failed in part").isTrue();
    World other = new World();
    other.faults.bulk = new BulkResult<>(Map.of(), Map.of("a", away(null), "b", away(null)));
    for (int i = 1; i < MINIMUM; i++) {
      other.rows.getAll(List.of("a", "b"));
    }
    assertThat(other.state()).as("B1.5 the state behind 3 of two keys that failed").isZero();
    other.rows.getAll(List.of("a", "b"));
    assertThat(other.letsThrough()).as("B1.5 a call behind 4 that failed").isFalse();
    World mixed = new World();
    Map<String, ZealException> errors = new LinkedHashMap<>();
    errors.put("a", away(null));
    errors.put("b", new CapacityException(ErrorCode.STORE_FULL, "no"));
    mixed.faults.bulk = new BulkResult<>(Map.of(), errors);
    for (int i = 0; i < 5 * MINIMUM; i++) {
      mixed.rows.getAll(List.of("a", "b"));
    }
    assertThat(mixed.state()).as("B1.5 the state behind many, some of them answered").isZero();
    mixed.pass(WINDOW.multipliedBy(2));
    mixed.open();
    mixed.pass(OPEN_FOR);
    mixed.rows.getAll(List.of("a", "b"));
    assertThat(mixed.state()).as("B1.5 the state behind a probe answered for one key").isZero();
  }

  private static Map<String, Consumer<World>> sendingNothing() {
    Map<String, Consumer<World>> calls = new LinkedHashMap<>();
    calls.put("a read of no keys", world -> world.rows.getAll(List.of()));
    calls.put("another", world -> world.rows.readAll(List.of(), ReadOptions.defaults()));
    calls.put("a write of none", world -> world.rows.writeAll(List.of()));
    calls.put("no counters", world -> world.backend.counters().getAll(List.of()));
    calls.put("no additions", world -> world.backend.counters().addAll(Map.of()));
    calls.put(
        "no messages",
        world ->
            world
                .backend
                .messaging()
                .reliablePubSub()
                .publishAll("s", List.of(), PublishOptions.defaults()));
    calls.put(
        "a value that is too long",
        world -> world.endIn(new CapacityException(ErrorCode.VALUE_TOO_LONG, "no"), 1));
    return calls;
  }

  @Test
  final void b1_6_whatSentNothingSaysNothing() {
    sendingNothing()
        .forEach((name, call) -> {
          World world = new World();
          for (int i = 1; i < MINIMUM; i++) {
            world.fail(1);
            call.accept(world);
            call.accept(world);
          }
          assertThat(world.state()).as("B1.6 the state behind 3 that failed and %s", name).isZero();
          world.fail(1);
          assertThat(world.state()).as("B1.6 the state behind 4 and %s", name).isEqualTo(2);
          world.pass(OPEN_FOR);
          call.accept(world);
          assertThat(world.state()).as("B1.6 the state behind a probe of %s", name).isNotZero();
          assertThat(world.letsThrough()).as("B1.6 the next call behind %s", name).isTrue();
          assertThat(world.state()).as("B1.6 the state behind that").isZero();
        });
  }

  // B2: open

  @Test
  final void b2_1_anOpenCircuitRefuses() {
    World world = new World();
    world.open();
    int before = world.faults.reached.get();

    assertThat(catchThrowable(() -> world.rows.get("k")))
        .as("B2.1 a read")
        .isInstanceOfSatisfying(
            CircuitOpenException.class,
            e -> assertThat(e.outcome()).as("B2.1 the outcome of a read").isEmpty());
    assertThat(catchThrowable(() -> world.rows.write(put("k"))))
        .as("B2.1 a write")
        .isInstanceOfSatisfying(
            CircuitOpenException.class,
            e -> assertThat(e.outcome()).as("B2.1 of a write").contains(Outcome.NOT_SENT));
    BulkResult<Player> read = world.rows.getAll(List.of("a", "b"));
    assertThat(read.failures()).as("B2.1 a read of two keys").containsOnlyKeys("a", "b");
    assertThat(read.failures().values())
        .as("B2.1 the errors of the keys")
        .allMatch(CircuitOpenException.class::isInstance);
    List<WriteResult> written = world.rows.writeAll(List.of(put("a"), put("b")));
    assertThat(written)
        .as("B2.1 a write of two keys")
        .hasSize(2)
        .allMatch(result ->
            result instanceof WriteResult.Failed(CircuitOpenException e)
                && e.outcome().equals(Optional.of(Outcome.NOT_SENT)));
    BulkResult<Long> counters = world.backend.counters().addAll(Map.of(SpiSamples.COUNTER, 1L));
    assertThat(counters.failures())
        .as("B2.1 a change of one counter of many")
        .containsOnlyKeys(SpiSamples.COUNTER.name());
    Below told = new Below();
    assertThat(catchThrowable(() -> world.rows.announce(told.of(Announcement.class))))
        .as("B2.1 an announcement")
        .isInstanceOf(CircuitOpenException.class);
    assertThat(told.calls.stream().map(heard -> heard.method().getName()))
        .as("B2.1 what the announcement is told")
        .containsExactly("failed");
    assertThat(world.faults.reached).as("B2.1 calls that came to the backend").hasValue(before);
  }

  @Test
  final void b2_2_theRefusalTellsWhatIsKnown() {
    World world = new World();
    BackendUnavailableException failure = away(null);
    world.endIn(failure, MINIMUM);
    world.pass(Duration.ofMillis(40));
    assertThat(catchThrowable(() -> world.rows.get("k")))
        .as("B2.2 the refusal")
        .hasMessageContaining("'tck-remote'")
        .hasMessageContaining("The kit's backend is away.")
        .hasMessageMatching("(?s).*since \\d{4}-\\d\\d-\\d\\dT\\d\\d:.*")
        .hasMessageContaining("60 ms")
        .hasCause(failure);
  }

  @Test
  final void b2_3_theEndOfAnEarlierCallSaysNothing() {
    World world = new World();
    List<PendingCall> failing = new ArrayList<>();
    for (int i = 0; i < MINIMUM; i++) {
      failing.add(world.begin());
    }
    PendingCall answered = world.begin();
    world.open();
    answered.end(null);
    assertThat(world.letsThrough()).as("B2.3 a call behind a late answer").isFalse();

    world.pass(OPEN_FOR);
    world.answer(1);
    failing.forEach(call -> call.end(away(null)));
    assertThat(world.letsThrough()).as("B2.3 a call behind late failures").isTrue();
  }

  // B3: half-open

  @Test
  final void b3_1_exactlyOneProbeIsLetThrough() throws InterruptedException {
    World world = new World();
    world.open();
    world.pass(OPEN_FOR.minusNanos(1));
    assertThat(world.letsThrough()).as("B3.1 a call before its time").isFalse();
    world.pass(Duration.ofNanos(1));

    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger atBackend = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    int callers = 32;
    world.faults.behaviour =
        () -> {
          atBackend.incrementAndGet();
          awaitQuietly(end);
        };
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      threads.add(
          Thread.startVirtualThread(() -> {
            if (catchThrowable(() -> world.rows.get("k")) instanceof CircuitOpenException) {
              refused.incrementAndGet();
            }
          }));
    }
    Waiting.until(() -> refused.get() + atBackend.get() == callers, LIMIT);
    end.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(atBackend).as("B3.1 probes of %s callers", callers).hasValue(1);
    assertThat(refused).as("B3.1 callers that were refused").hasValue(callers - 1);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      var _ = latch.await(PATIENCE.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationInterruptedException("The kit was interrupted.", null, e);
    }
  }

  @Test
  final void b3_2_anAnsweredProbeClosesIt() {
    World world = new World();
    world.open();
    world.pass(OPEN_FOR);
    world.answer(1);
    world.fail(MINIMUM - 1);
    assertThat(world.letsThrough())
        .as("B3.2 a call behind a probe that was answered and 3 failures")
        .isTrue();
  }

  @Test
  final void b3_3_aFailedProbeOpensItAnew() {
    World world = new World();
    world.open();
    for (int i = 0; i < 3; i++) {
      world.pass(OPEN_FOR);
      world.fail(1);
      world.pass(OPEN_FOR.minusNanos(1));
      assertThat(world.letsThrough()).as("B3.3 a call behind failed probe %s", i).isFalse();
      world.pass(Duration.ofNanos(1));
    }
    assertThat(world.letsThrough()).as("B3.3 the next probe").isTrue();
  }

  @Test
  final void b3_4_aProbeThatSaysNothingGivesItsPlaceBack() {
    List<Throwable> nothing =
        List.of(
            new OperationInterruptedException("no", null, null),
            new InvalidArgumentException(ErrorCode.INVALID_ARGUMENT, "no"),
            late(Stage.ROW),
            new IllegalStateException("a bug"),
            new AssertionError("another"));
    for (Throwable error : nothing) {
      World world = new World();
      world.open();
      world.pass(OPEN_FOR);
      int before = world.faults.reached.get();
      world.endIn(error, 3);
      assertThat(world.faults.reached)
          .as("B3.4 probes that ended in %s, one behind the other", error)
          .hasValue(before + 3);
      assertThat(world.begin().wasLetThrough()).as("B3.4 the next call").isTrue();
      assertThat(world.letsThrough()).as("B3.4 one beside it").isFalse();
    }
  }

  @Test
  final void b3_5_aProbeThatDoesNotEndHasFailed() {
    World world = new World();
    world.open();
    world.pass(OPEN_FOR);
    PendingCall lost = world.begin();
    world.pass(PROBE_TIMEOUT.minusNanos(1));
    assertThat(world.letsThrough()).as("B3.5 a call beside the probe").isFalse();
    world.pass(OPEN_FOR);
    assertThat(world.letsThrough()).as("B3.5 a call before its time").isFalse();
    world.pass(Duration.ofNanos(1));
    PendingCall second = world.begin();
    assertThat(second.wasLetThrough()).as("B3.5 the probe behind the lost one").isTrue();
    lost.end(null);
    assertThat(world.letsThrough()).as("B3.5 a call behind the late end of the lost one").isFalse();
    second.end(null);
    assertThat(world.letsThrough()).as("B3.5 a call behind the second's answer").isTrue();

    World quiet = new World();
    quiet.open();
    quiet.pass(OPEN_FOR);
    PendingCall hanging = quiet.begin();
    quiet.pass(PROBE_TIMEOUT);
    assertThat(quiet.state())
        .as("B3.5 the state when its time is over, seen by nobody")
        .isEqualTo(2);
    hanging.end(null);
  }

  @Test
  final void b3_6_randomSequencesAreAsTheModelSays() {
    long first = Long.getLong("zeal.tck.seed", System.nanoTime());
    int sequences = Integer.getInteger("zeal.tck.sequences", 200);
    for (long seed = first; seed < first + sequences; seed++) {
      new Sequence(seed).run();
    }
  }

  /** One random sequence, made of its seed alone. */
  private final class Sequence {

    private static final int STEPS = 120;

    /** A call that is under way, and what the model knows it as. */
    private record Both(PendingCall call, CircuitModel.Let let) {}

    private final Random random;
    private final long seed;
    private final World world = new World();
    private final CircuitModel model =
        new CircuitModel(
            0,
            WINDOW.toNanos(),
            RATE,
            MINIMUM,
            SILENCE.toNanos(),
            OPEN_FOR.toNanos(),
            PROBE_TIMEOUT.toNanos());
    private final List<Both> pending = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();

    Sequence(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    void run() {
      int health = random.nextInt(101); // percent of calls that are answered; changes now and then
      for (int i = 0; i < STEPS; i++) {
        int dice = random.nextInt(100);
        if (dice < 4) {
          health = random.nextInt(101);
        } else if (dice < 30) {
          pass();
        } else if (dice < 73) {
          call(endOf(health));
        } else if (dice < 90 && pending.size() < 8) {
          begin();
        } else if (!pending.isEmpty()) {
          end(pending.remove(random.nextInt(pending.size())), endOf(health));
        }
      }
      while (!pending.isEmpty()) {
        end(pending.removeLast(), CircuitModel.End.ANSWERED);
      }
    }

    private void pass() {
      long nanos = someNanos();
      steps.add("pass " + nanos);
      world.passed.addAndGet(nanos);
    }

    private long someNanos() {
      long[] scales = {1_000, 1_000_000, 30_000_000, 120_000_000, 600_000_000};
      return random.nextLong(scales[random.nextInt(scales.length)]);
    }

    /** A call that nothing comes between; it may take its time. */
    private void call(CircuitModel.End end) {
      long took = random.nextInt(3) == 0 ? someNanos() : 0;
      steps.add("call of " + took + ": " + end);
      RuntimeException error = errorOf(end);
      world.faults.behaviour =
          () -> {
            world.passed.addAndGet(took);
            if (error != null) {
              throw error;
            }
          };
      CircuitModel.Let let = model.begin(world.passed.get());
      boolean letThrough = world.letsThrough();
      check("the call was let through", letThrough, let != null);
      if (let != null) {
        model.end(let, end, world.passed.get());
      }
      checkState();
    }

    private CircuitModel.End endOf(int health) {
      int dice = random.nextInt(100);
      if (dice < 10) {
        return CircuitModel.End.NOTHING;
      }
      return random.nextInt(100) < health ? CircuitModel.End.ANSWERED : CircuitModel.End.FAILED;
    }

    private void begin() {
      steps.add("begin");
      PendingCall call = world.begin();
      CircuitModel.Let let = model.begin(world.passed.get());
      check("the call was let through", call.wasLetThrough(), let != null);
      check("the call was refused", call.wasRefused(), let == null);
      if (let != null) {
        pending.add(new Both(call, let));
      }
      checkState();
    }

    private void end(Both both, CircuitModel.End end) {
      steps.add("end of the call begun at " + both.let().begun() + ": " + end);
      both.call().end(errorOf(end));
      model.end(both.let(), end, world.passed.get());
      checkState();
    }

    private @Nullable RuntimeException errorOf(CircuitModel.End end) {
      List<RuntimeException> answers =
          List.of(
              new SchemaException(ErrorCode.SCHEMA_MISMATCH, "no"),
              new CapacityException(ErrorCode.STORE_FULL, "no"));
      List<RuntimeException> nothing =
          List.of(
              new OperationInterruptedException("no", null, null),
              late(Stage.ROW),
              new IllegalStateException("a bug"));
      return switch (end) {
        case ANSWERED -> random.nextBoolean() ? null : one(answers);
        case FAILED -> one(List.of(away(null), late(Stage.SERVER), late(Stage.QUEUE)));
        case NOTHING -> one(nothing);
      };
    }

    private RuntimeException one(List<RuntimeException> errors) {
      return errors.get(random.nextInt(errors.size()));
    }

    private void checkState() {
      check("the state", world.state(), (long) model.state(world.passed.get()));
    }

    private void check(String what, Object found, Object expected) {
      assertThat(found)
          .as("B3.6 %s; -Dzeal.tck.seed=%s -Dzeal.tck.sequences=1, steps %s", what, seed, steps)
          .isEqualTo(expected);
    }
  }

  // B4: what is a call

  private static Map<String, Consumer<Backend>> calls() {
    Map<String, Consumer<Backend>> calls = new LinkedHashMap<>();
    calls.put("rows", backend -> backend.rows(SpiSamples.STORE));
    calls.put("counter", backend -> backend.counters().counter(SpiSamples.COUNTER));
    calls.put("getAll", backend -> orThrow(backend.counters().getAll(List.of(SpiSamples.COUNTER))));
    calls.put(
        "addAll", backend -> orThrow(backend.counters().addAll(Map.of(SpiSamples.COUNTER, 1L))));
    calls.put(
        "script", backend -> backend.scripts().run(Script.of("return 1"), List.of(), List.of()));
    calls.put("publish", backend -> backend.messaging().pubSub().publish("c", "text"));
    calls.put("raw publish", backend -> backend.messaging().pubSub().raw().publish("c", "text"));
    calls.put(
        "reliable publish",
        backend -> backend.messaging().reliablePubSub().publish("s", new byte[1]));
    calls.put(
        "publishAll",
        backend ->
            backend
                .messaging()
                .reliablePubSub()
                .publishAll("s", List.of(), PublishOptions.defaults()));
    calls.put("stream stats", backend -> backend.messaging().reliablePubSub().stats("s", "g"));
    calls.put(
        "deadLetters",
        backend -> backend.messaging().reliablePubSub().deadLetters("s", "g", "", 1));
    calls.put(
        "removeDeadLetter",
        backend -> backend.messaging().reliablePubSub().removeDeadLetter("s", "g", "1"));
    calls.put("removeGroup", backend -> backend.messaging().reliablePubSub().removeGroup("s", "g"));
    return calls;
  }

  private static void orThrow(BulkResult<?> result) {
    if (!result.failures().isEmpty()) {
      throw result.failures().values().iterator().next();
    }
  }

  @Test
  final void b4_1_everythingThatAsksGoesThroughTheCircuit() {
    calls()
        .forEach((name, call) -> {
          World world = new World();
          Backend below = world.faults.below.of(Backend.class);
          Backend decorated = decorated(below, Role.FAR);
          world.faults.below.failure = null;
          Below asked = world.faults.below;
          for (int i = 0; i < MINIMUM; i++) {
            failing(asked, () -> call.accept(decorated));
          }
          assertThat(catchThrowable(() -> call.accept(decorated)))
              .as("B4.1 %s behind 4 that failed", name)
              .isInstanceOf(CircuitOpenException.class);
        });
  }

  /** What is handed out answers, what is asked of it fails: the last call of each alone. */
  private static void failing(Below below, Runnable call) {
    below.failure = away(null);
    below.handsOut = true;
    assertThat(catchThrowable(call::run)).isNotNull();
    below.failure = null;
  }

  private Backend decorated(Backend backend, Role role) {
    Map<String, String> settings = new HashMap<>();
    SETTINGS.forEach((key, value) -> settings.put(PREFIX + key, value));
    return decorator(() -> 0).decorate(backend, role, new DecoratorContext(settings, none()));
  }

  @Test
  final void b4_2_subscriptionsAndLooksAreNoCalls() {
    Map<String, Consumer<Backend>> lasting = new LinkedHashMap<>();
    lasting.put("info", Backend::info);
    lasting.put("stats", Backend::stats);
    lasting.put("inspect", Backend::inspect);
    lasting.put("subscribe", backend -> backend.messaging().pubSub().subscribe("c", _ -> {}));
    lasting.put(
        "subscribePattern",
        backend -> backend.messaging().pubSub().subscribePattern("c*", _ -> {}));
    lasting.put("listen", backend -> backend.messaging().listen("c", () -> {}, _ -> {}));
    lasting.put(
        "consume",
        backend -> backend.messaging().reliablePubSub().consume("s", "g", _ -> io.zeal.Ack.done()));
    lasting.put("messaging stats", backend -> backend.messaging().stats());
    lasting.put("messaging inspect", backend -> backend.messaging().inspect());
    lasting.put("messaging close", backend -> backend.messaging().close());
    lasting.put("close", Backend::close);
    lasting.forEach((name, call) -> {
      World world = new World();
      world.open();
      assertThat(catchThrowable(() -> call.accept(world.backend)))
          .as("B4.2 %s while the circuit is open", name)
          .isNull();
      World failing = new World();
      failing.faults.below.handsOut = true;
      failing.faults.below.failure = away(null);
      for (int i = 0; i < 5 * MINIMUM; i++) {
        var _ = catchThrowable(() -> call.accept(failing.backend));
      }
      failing.faults.below.failure = null;
      assertThat(failing.letsThrough()).as("B4.2 a call behind many %s that failed", name).isTrue();
    });
  }

  @Test
  final void b4_3_onlyWhatIsRemoteIsDecorated() {
    BackendInfo remote = Faults.REMOTE;
    Set<Capability> copies = EnumSet.copyOf(remote.capabilities());
    copies.add(Capability.CACHED_READS);
    BackendInfo local = new BackendInfo("l", BackendInfo.Scope.PROCESS, Set.of(), Map.of());
    BackendInfo host = new BackendInfo("h", BackendInfo.Scope.HOST, Set.of(), Map.of());
    BackendInfo tiered = new BackendInfo("t", remote.scope(), copies, Map.of());

    assertThat(opens(Role.PRIMARY, local)).as("B4.3 around a backend of this process").isFalse();
    assertThat(opens(Role.FAR, local)).as("B4.3 around a far level of this process").isFalse();
    assertThat(opens(Role.PRIMARY, host)).as("B4.3 around one of this host").isFalse();
    assertThat(opens(Role.NEAR, remote)).as("B4.3 around a near level").isFalse();
    assertThat(opens(Role.PRIMARY, tiered)).as("B4.3 around one of copies").isFalse();
    assertThat(opens(Role.FAR, remote)).as("B4.3 around a far level").isTrue();
    assertThat(opens(Role.FAR, tiered)).as("B4.3 around a far level of copies").isTrue();
    assertThat(opens(Role.AUXILIARY, remote)).as("B4.3 around a remote one").isTrue();
  }

  private boolean opens(Role role, BackendInfo info) {
    World world = new World(role, info, Map.of());
    world.open();
    return !world.letsThrough();
  }

  @Test
  final void b4_4_itCanBeSwitchedOff() {
    World world = new World("enabled", "false");
    world.fail(5 * MINIMUM);
    assertThat(world.letsThrough()).as("B4.4 a call behind many that failed").isTrue();
  }

  // B5: retries

  /** Nothing opens here. */
  private World retrying(String deadline) {
    return new World(
        Role.PRIMARY,
        Faults.REMOTE,
        Map.of(
            "retries", "2",
            "retry-delay", "1ms",
            "deadline", deadline,
            "minimum-calls", "1000"));
  }

  private static Runnable throwingFirst(int times, Throwable error) {
    AtomicInteger left = new AtomicInteger(times);
    return () -> {
      if (left.getAndDecrement() > 0) {
        throwing(error).run();
      }
    };
  }

  @Test
  final void b5_1_aReadThatFailedIsMadeAgain() {
    World world = retrying("20s");
    world.faults.behaviour = throwingFirst(2, away(null));
    assertThat(world.rows.get("k")).as("B5.1 a read that failed twice").isPresent();
    assertThat(world.faults.reached).as("B5.1 attempts").hasValue(3);

    World hopeless = retrying("20s");
    hopeless.faults.behaviour = throwing(away(null));
    assertThat(catchThrowable(() -> hopeless.rows.get("k")))
        .as("B5.1 a read that fails always")
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(hopeless.faults.reached).as("B5.1 attempts in all").hasValue(3);

    World refused = retrying("20s");
    refused.faults.behaviour = throwing(new SchemaException(ErrorCode.SCHEMA_MISMATCH, "no"));
    assertThat(catchThrowable(() -> refused.rows.get("k"))).isInstanceOf(SchemaException.class);
    assertThat(refused.faults.reached).as("B5.1 attempts that were answered").hasValue(1);
  }

  @Test
  final void b5_2_aChangeIsMadeAgainOnlyIfItWasNotSent() {
    World unsent = retrying("20s");
    unsent.faults.behaviour = throwingFirst(2, away(Outcome.NOT_SENT));
    assertThat(unsent.rows.write(put("k"))).as("B5.2 a write").isEqualTo(WriteResult.APPLIED);
    assertThat(unsent.faults.reached).as("B5.2 attempts that were not sent").hasValue(3);

    World unknown = retrying("20s");
    unknown.faults.behaviour = throwing(away(Outcome.UNKNOWN));
    assertThat(catchThrowable(() -> unknown.rows.write(put("k")))).isNotNull();
    assertThat(unknown.faults.reached).as("B5.2 attempts that may have happened").hasValue(1);

    World many = retrying("20s");
    many.faults.behaviour = throwing(away(Outcome.NOT_SENT));
    assertThat(catchThrowable(() -> many.rows.writeAll(List.of(put("a"), put("b"))))).isNotNull();
    assertThat(catchThrowable(many.rows::clear)).isNotNull();
    assertThat(many.faults.reached).as("B5.2 attempts of two changes of many").hasValue(2);

    World announced = retrying("20s");
    Announcer announcer = (_, _, _) -> new Below().of(Announcement.class);
    Rows<Player> announcing = announced.backend.rows(SpiSamples.STORE.withAnnouncer(announcer));
    announced.faults.behaviour = throwing(away(Outcome.NOT_SENT));
    assertThat(catchThrowable(() -> announcing.write(put("k")))).isNotNull();
    assertThat(announced.faults.reached).as("B5.2 attempts of a change announced").hasValue(1);
  }

  @Test
  final void b5_3_retriesEndWithTheDeadline() {
    World slow = retrying("100ms");
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger attempts = new AtomicInteger();
    slow.faults.behaviour =
        () -> {
          if (attempts.incrementAndGet() == 1) {
            throw away(Outcome.NOT_SENT);
          }
          awaitQuietly(never);
        };
    long begun = System.nanoTime();
    assertThat(catchThrowable(() -> slow.rows.write(put("k"))))
        .as("B5.3 a retry that is not answered")
        .isInstanceOfSatisfying(
            OperationTimeoutException.class,
            e -> assertThat(e.outcome()).as("B5.3 its outcome").contains(Outcome.UNKNOWN));
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .as("B5.3 how long it took")
        .isLessThan(LIMIT);

    World late = retrying("100ms");
    late.faults.behaviour =
        () -> {
          late.pass(Duration.ofMillis(100));
          throw away(null);
        };
    assertThat(catchThrowable(() -> late.rows.get("k")))
        .as("B5.3 a call whose first attempt took all its time")
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(late.faults.reached).as("B5.3 its attempts").hasValue(1);

    World nearly = retrying("20s");
    nearly.faults.behaviour =
        () -> {
          nearly.pass(Duration.ofSeconds(19));
          throw away(Outcome.NOT_SENT);
        };
    assertThat(catchThrowable(() -> nearly.rows.write(put("k"))))
        .as("B5.3 a change that nearly took all its time")
        .isInstanceOfSatisfying(
            BackendUnavailableException.class,
            e -> assertThat(e.outcome()).as("B5.3 its outcome").contains(Outcome.NOT_SENT));
    assertThat(nearly.faults.reached).as("B5.3 attempts with too little left").hasValue(1);

    World own =
        new World(
            Role.PRIMARY,
            Faults.REMOTE,
            Map.of(
                "retries", "2",
                "retry-delay", "1ms",
                "minimum-calls", "1000",
                "zeal.tck-remote.timeout", "10s"));
    own.faults.behaviour =
        () -> {
          own.pass(Duration.ofSeconds(4)); // longer than the deadline of who has no timeout
          throw away(null);
        };
    assertThat(catchThrowable(() -> own.rows.get("k"))).isNotNull();
    assertThat(own.faults.reached).as("B5.3 attempts within the backend's own 10 s").hasValue(3);
  }

  @Test
  final void b5_4_nothingIsMadeAgainWhileItIsOpen() {
    World world =
        new World(
            Role.PRIMARY,
            Faults.REMOTE,
            Map.of("retries", "2", "retry-delay", "1ms", "minimum-calls", "1"));
    world.faults.behaviour = throwing(away(null));
    assertThat(catchThrowable(() -> world.rows.get("k")))
        .as("B5.4 the call that opened the circuit")
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(world.faults.reached).as("B5.4 its attempts").hasValue(1);
    world.pass(OPEN_FOR);
    assertThat(catchThrowable(() -> world.rows.get("k"))).isNotNull();
    assertThat(world.faults.reached).as("B5.4 attempts with the probe's").hasValue(2);
    assertRetryIsNoProbe();
  }

  /** While it pauses the circuit opens, and comes to be ready for a probe. */
  private void assertRetryIsNoProbe() {
    World world =
        new World(
            Role.PRIMARY,
            Faults.REMOTE,
            Map.of("retries", "2", "retry-delay", "200ms", "deadline", "1h"));
    world.faults.behaviour = PendingCall::stay;
    PendingCall call = new PendingCall(() -> world.rows.get("k"));
    world.faults.behaviour = throwing(away(null));
    Thread ends = Thread.ofVirtual().start(() -> call.end(away(null)));
    assertThat(Waiting.until(() -> world.number("windowFailures") == 1, LIMIT))
        .as("the first attempt ended")
        .isTrue();
    while (world.state() == 0) {
      assertThat(catchThrowable(world.rows::clear)).isNotNull();
    }
    world.pass(OPEN_FOR);
    int before = world.faults.reached.get();
    join(ends);
    assertThat(world.faults.reached).as("B5.4 attempts as a probe").hasValue(before);
    assertThat(world.number("probes")).as("B5.4 probes").isZero();
  }

  private static void join(Thread thread) {
    try {
      assertThat(thread.join(LIMIT)).as("a call of the kit ended").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  final void b5_5_aCallCountsOnceAmongThoseThatFailed() {
    World world =
        new World(
            Role.PRIMARY,
            Faults.REMOTE,
            Map.of("retries", "1", "retry-delay", "1ms", "deadline", "1h", "minimum-calls", "6"));
    world.fail(5);
    assertThat(world.state()).as("B5.5 the state behind 5 calls of 2 attempts each").isZero();
    assertThat(world.faults.reached).as("B5.5 their attempts").hasValue(10);
    world.fail(1);
    assertThat(world.state()).as("B5.5 the state behind 6").isEqualTo(2);
  }

  // B6: what was last read

  private static <R> Optional<Reading<R>> read(Rows<R> rows, String key) {
    return rows.read(key, ReadOptions.defaults());
  }

  /** A store that asks, and has read "k". */
  private static Rows<Player> known(World world) {
    Rows<Player> rows = world.backend.rows(ASKING);
    world.faults.rows.put("k", Reading.fresh(Player.ALICE, null));
    assertThat(read(rows, "k")).isPresent();
    return rows;
  }

  private static void goAway(World world) {
    world.faults.behaviour = throwing(away(null));
  }

  private static void assertFails(String what, Runnable call) {
    assertThat(catchThrowable(call::run))
        .as(what)
        .isInstanceOfAny(BackendUnavailableException.class, CircuitOpenException.class);
  }

  @Test
  final void b6_1_onlyReadOfAStoreThatAsksIsAnsweredFromMemory() {
    World world = new World();
    Rows<Player> asking = known(world);
    assertThat(read(world.rows, "k")).isPresent();
    goAway(world);
    assertThat(read(asking, "k").map(Reading::value)).as("B6.1 read").contains(Player.ALICE);
    assertFails("B6.1 read of a store that does not ask", () -> read(world.rows, "k"));
    assertFails("B6.1 get", () -> asking.get("k"));
    assertFails("B6.1 contains", () -> asking.contains("k"));
    assertFails("B6.1 a column", () -> asking.number("k", 1));
    assertFails("B6.1 a write", () -> asking.write(put("x")));
    world.open();
    assertThat(read(asking, "k")).as("B6.1 read, refused by the circuit").isPresent();
    assertFails("B6.1 get, refused by the circuit", () -> asking.get("k"));
    assertThat(asking.getAll(List.of("k")).failures()).as("B6.1 getAll").containsKey("k");

    World refusing = new World();
    Rows<Player> rows = known(refusing);
    refusing.faults.behaviour = throwing(new SchemaException(ErrorCode.SCHEMA_MISMATCH, "no"));
    assertThat(catchThrowable(() -> read(rows, "k")))
        .as("B6.1 a read that is refused")
        .isInstanceOf(SchemaException.class);
  }

  @Test
  final void b6_2_theAnswerSaysThatItIsStaleAndHowOld() {
    World world = new World();
    Rows<Player> rows = known(world);
    world.pass(Duration.ofSeconds(3));
    goAway(world);
    Reading<Player> answer = read(rows, "k").orElseThrow();
    assertThat(answer.stale()).as("B6.2 whether the answer is stale").isTrue();
    assertThat(answer.age()).as("B6.2 its age").isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    world.faults.behaviour = () -> {};
    assertThat(read(rows, "k").orElseThrow().stale()).as("B6.2 an answer of the backend").isFalse();
  }

  @Test
  final void b6_3_absenceIsNotRemembered() {
    World world = new World();
    Rows<Player> rows = known(world);
    assertThat(read(rows, "none")).isEmpty();
    goAway(world);
    assertFails("B6.3 a row that was not there", () -> read(rows, "none"));
    assertFails("B6.3 a row that was never read", () -> read(rows, "other"));
    world.faults.behaviour = () -> {};
    world.faults.rows.remove("k");
    assertThat(read(rows, "k")).isEmpty();
    goAway(world);
    assertFails("B6.3 a row that was found absent at last", () -> read(rows, "k"));
  }

  @Test
  final void b6_4_whatWasWrittenIsForgotten() {
    Map<String, Consumer<World>> writes = new LinkedHashMap<>();
    writes.put("a put through another handle", world -> world.backend.rows(ASKING).write(put("k")));
    writes.put(
        "a removal by a store that does not ask",
        world ->
            world
                .backend
                .rows(new StoreSpec<>(ASKING.name(), Player.SCHEMA, StoreOptions.defaults(), null))
                .write(new Write.Remove<>("k", new Condition.Always<>())));
    writes.put("an increment", world -> world.backend.rows(ASKING).add("k", 1, 1));
    writes.put("many", world -> world.backend.rows(ASKING).writeAll(List.of(put("x"), put("k"))));
    writes.put("clear", world -> world.backend.rows(ASKING).clear());
    writes.put(
        "a script",
        world ->
            world
                .backend
                .scripts()
                .run(Script.of("x").touching(ASKING.name()), List.of(), List.of()));
    writes.put(
        "a write that may have happened",
        world -> {
          world.faults.behaviour = throwing(away(Outcome.UNKNOWN));
          assertFails("B6.4", () -> world.backend.rows(ASKING).write(put("k")));
        });
    writes.forEach((name, write) -> {
      World world = new World();
      Rows<Player> rows = known(world);
      write.accept(world);
      goAway(world);
      assertFails("B6.4 the row behind " + name, () -> read(rows, "k"));
    });
    World world = new World();
    Rows<Player> rows = known(world);
    world.faults.behaviour = throwing(away(Outcome.NOT_SENT));
    assertFails("B6.4", () -> rows.write(put("k")));
    assertThat(read(rows, "k")).as("B6.4 the row behind a write that was not sent").isPresent();
    assertScriptThatWasNotSentForgetsNothing();
    assertReadDuringWriteIsNotRemembered();
  }

  private void assertScriptThatWasNotSentForgetsNothing() {
    World world = new World();
    Rows<Player> rows = known(world);
    world.faults.below.handsOut = true;
    world.faults.below.failure = away(Outcome.NOT_SENT);
    assertThat(catchThrowable(() -> runTouching(world)))
        .isInstanceOf(BackendUnavailableException.class);
    world.faults.below.failure = null;
    goAway(world);
    assertThat(read(rows, "k")).as("B6.4 the row behind a script that was not sent").isPresent();

    World refusing = new World();
    Rows<Player> known = known(refusing);
    refusing.open();
    assertThat(catchThrowable(() -> runTouching(refusing)))
        .isInstanceOf(CircuitOpenException.class);
    assertThat(read(known, "k")).as("B6.4 the row behind a script that was refused").isPresent();
  }

  private static void runTouching(World world) {
    Script script = Script.of("x").touching(ASKING.name());
    world.backend.scripts().run(script, List.of(), List.of());
  }

  private void assertReadDuringWriteIsNotRemembered() {
    World world = new World();
    Rows<Player> rows = known(world);
    world.faults.behaviour = PendingCall::stay;
    PendingCall read = new PendingCall(() -> read(rows, "k"));
    world.faults.behaviour = () -> {};
    rows.write(put("k"));
    world.faults.rows.put("k", Reading.fresh(Player.ALICE, null)); // what the read saw before
    read.end(null);
    goAway(world);
    assertFails("B6.4 a row that was read before a write and came after it", () -> read(rows, "k"));
  }

  @Test
  final void b6_5_noAnswerIsOlderThanAllowed() {
    World world = new World("stale-age", "10s");
    Rows<Player> rows = known(world);
    goAway(world);
    assertFails(
        "B6.5 an answer of no age, at once",
        () -> rows.read("k", ReadOptions.maxStaleness(Duration.ZERO)));
    world.pass(Duration.ofSeconds(5));
    assertThat(rows.read("k", ReadOptions.maxStaleness(Duration.ofSeconds(6))))
        .as("B6.5 an answer that may be so old")
        .isPresent();
    assertFails(
        "B6.5 an answer older than the caller allows",
        () -> rows.read("k", ReadOptions.maxStaleness(Duration.ofSeconds(4))));
    assertFails(
        "B6.5 an answer of no age", () -> rows.read("k", ReadOptions.maxStaleness(Duration.ZERO)));
    world.pass(Duration.ofSeconds(5).plusNanos(1));
    assertFails("B6.5 an answer older than stale-age", () -> read(rows, "k"));

    World mortal = new World("stale-age", "10s");
    Rows<Player> living = mortal.backend.rows(ASKING);
    mortal.faults.rows.put("k", Reading.fresh(Player.ALICE, Duration.ofSeconds(3)));
    assertThat(read(living, "k")).isPresent();
    goAway(mortal);
    mortal.pass(Duration.ofSeconds(2));
    assertThat(read(living, "k").flatMap(Reading::remaining))
        .as("B6.5 what is left of a row's time")
        .contains(Duration.ofSeconds(1));
    mortal.pass(Duration.ofSeconds(1));
    assertFails("B6.5 a row whose time to live is over", () -> read(living, "k"));
  }

  @Test
  final void b6_6_memoryIsBounded() {
    World few = new World("stale-rows", "2");
    assertThat(remembered(few, 5)).as("B6.6 rows remembered of 2").containsExactly("k3", "k4");
    World small = new World("stale-bytes", "2k");
    assertThat(remembered(small, 100))
        .as("B6.6 rows remembered of 2k")
        .hasSizeBetween(1, 40)
        .contains("k99");

    World types = new World("stale-rows", "2");
    Rows<Player> players = types.backend.rows(ASKING);
    Rows<Named> named = types.backend.rows(ASKING_NAMED);
    types.faults.rows.put("n", Reading.fresh(new Named("n"), null));
    assertThat(read(named, "n")).isPresent();
    for (String key : List.of("k1", "k2")) {
      types.faults.rows.put(key, Reading.fresh(Player.ALICE, null));
      assertThat(read(players, key)).isPresent();
    }
    goAway(types);
    assertFails("B6.6 a third row, of another type", () -> read(named, "n"));
    assertThat(read(players, "k1")).as("B6.6 one of the last two").isPresent();
  }

  /** Reads as many rows, and tells which answer once the backend is away. */
  private static List<String> remembered(World world, int count) {
    Rows<Player> rows = world.backend.rows(ASKING);
    List<String> remembered = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      world.faults.rows.put("k" + i, Reading.fresh(Player.ALICE, null));
      read(rows, "k" + i);
    }
    goAway(world);
    for (int i = 0; i < count; i++) {
      String key = "k" + i;
      if (catchThrowable(() -> read(rows, key)) == null) {
        remembered.add(key);
      }
    }
    return remembered;
  }

  @Test
  final void b6_7_aFarLevelOffersNoFallback() {
    assertThat(new World().backend.info().capabilities())
        .as("B6.7 what a primary backend offers")
        .contains(Capability.READ_FALLBACK);
    World far = new World(Role.FAR, Faults.REMOTE, Map.of());
    assertThat(far.backend.info().capabilities())
        .as("B6.7 what a far level offers")
        .doesNotContain(Capability.READ_FALLBACK);
    Rows<Player> rows = known(far);
    goAway(far);
    assertFails("B6.7 a read of a far level", () -> read(rows, "k"));
  }

  @Test
  final void b6_8_ofTwoReadsAtOnceTheLaterIsRemembered() {
    World world = new World();
    Rows<Player> rows = known(world);
    world.faults.behaviour = PendingCall::stay;
    PendingCall earlier = new PendingCall(() -> read(rows, "k"));
    world.faults.behaviour = () -> {};
    world.pass(Duration.ofMillis(1));
    world.faults.rows.put("k", Reading.fresh(Player.BOB, null)); // by another process
    assertThat(read(rows, "k").map(Reading::value)).contains(Player.BOB);
    world.faults.rows.put("k", Reading.fresh(Player.ALICE, null)); // what the earlier one saw
    earlier.end(null);
    goAway(world);
    assertThat(read(rows, "k").map(Reading::value))
        .as("B6.8 what is remembered")
        .contains(Player.BOB);
  }

  // B7: seen

  @Test
  final void b7_1_statisticsTellStateAndHistory() {
    World world = new World();
    assertThat(world.state()).as("B7.1 closed").isZero();
    world.open();
    assertThat(world.letsThrough()).isFalse();
    assertThat(world.state()).as("B7.1 open").isEqualTo(2);
    world.pass(OPEN_FOR);
    PendingCall probe = world.begin();
    assertThat(world.state()).as("B7.1 half-open").isEqualTo(1);
    probe.end(null);
    assertThat(world.state()).as("B7.1 closed again").isZero();
    assertThat(world.number("opened")).as("B7.1 opened").isEqualTo(1);
    assertThat(world.number("rejected")).as("B7.1 rejected").isEqualTo(1);
    assertThat(world.number("probes")).as("B7.1 probes").isEqualTo(1);
    Stats history = world.part().parts().getOrDefault("history", Stats.of("none", Map.of()));
    assertThat(
            history.parts().values().stream()
                .map(it -> it.numbers().get("from") + ">" + it.numbers().get("to")))
        .as("B7.1 the history")
        .containsExactly("0>2", "2>1", "1>0");
    assertThat(history.parts().values())
        .as("B7.1 when")
        .allMatch(it -> it.numbers().getOrDefault("atMillis", 0L) > 0);
  }

  @Test
  final void b7_2_aFindingTellsThatItIsOpen() {
    World world = new World();
    assertThat(codes(world)).as("B7.2 while it is closed").doesNotContain("ZEAL-F505");
    world.open();
    assertThat(codes(world)).as("B7.2 while it is open").contains("ZEAL-F505");
    world.pass(OPEN_FOR);
    world.answer(1);
    assertThat(codes(world)).as("B7.2 when it has closed").doesNotContain("ZEAL-F505");
  }

  @Test
  final void b7_3_theHistoryHasTheBeginningOfALongOutage() {
    World world = new World();
    world.open();
    for (int i = 0; i < 40; i++) {
      world.pass(OPEN_FOR);
      world.fail(1);
    }
    world.pass(OPEN_FOR);
    world.answer(1);
    List<Stats> changes = history(world);
    assertThat(changes.stream().map(ResilienceTck::change))
        .as("B7.3 the history behind an outage of 41 probes")
        .containsExactly("0>2", "2>1", "1>0");
    assertThat(changes.getFirst().numbers())
        .as("B7.3 where it began")
        .containsEntry("failedProbes", 40L);
    for (int i = 0; i < 100; i++) {
      world.open();
      world.pass(OPEN_FOR);
      assertThat(world.letsThrough()).as("B7.3 the probe of outage %s", i).isTrue();
    }
    assertThat(history(world).stream().map(ResilienceTck::change))
        .as("B7.3 the history behind 100 more")
        .hasSizeBetween(3, 150)
        .endsWith("0>2", "2>1", "1>0");
  }

  private static List<Stats> history(World world) {
    Stats history = world.part().parts().getOrDefault("history", Stats.of("none", Map.of()));
    return List.copyOf(new TreeMap<>(history.parts()).values());
  }

  private static String change(Stats change) {
    return change.numbers().get("from") + ">" + change.numbers().get("to");
  }

  private static List<String> codes(World world) {
    return world.backend.inspect().stream().map(Finding::code).toList();
  }
}
