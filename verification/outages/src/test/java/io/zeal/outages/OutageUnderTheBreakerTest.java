package io.zeal.outages;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Capability;
import io.zeal.Counter;
import io.zeal.MaxBytes;
import io.zeal.ReadOptions;
import io.zeal.Schema;
import io.zeal.Stats;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server is away in the middle of the traffic of many threads: it stands still, or is killed and
 * started anew. The figures are printed; what is asserted of time is generous, since other work may
 * share the machine, and as the figures have it with {@code -Dzeal.outage.quiet=true}. {@code
 * -Dzeal.outage.seconds=30} for the length that docs/resilience.md tells of.
 */
class OutageUnderTheBreakerTest {

  /** A row that counts, or is known. */
  record Row(@MaxBytes(16) String name, long number) {}

  enum Fault {
    STANDS_STILL,
    IS_KILLED
  }

  private static final int THREADS = 200;
  private static final int KNOWN_ROWS = 50;
  private static final Duration OUTAGE =
      Duration.ofSeconds(Integer.getInteger("zeal.outage.seconds", 3));
  private static final Duration OPEN_FOR = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final boolean QUIET = Boolean.getBoolean("zeal.outage.quiet");

  /** The whole of the window, and the timeout of the calls that were under way. */
  private static final Duration OPENS_WITHIN = Duration.ofSeconds(10).plus(TIMEOUT);

  /**
   * A few probes, each of which may still fail while the server starts or connections come back.
   */
  private static final Duration CLOSES_WITHIN = OPEN_FOR.plus(TIMEOUT).multipliedBy(5);

  /**
   * Far from five milliseconds, and far from the timeout that calls would wait without it: a thread
   * that gets no processor for a second is nobody's fault here.
   */
  private static final Duration FAST_ON_ANY_MACHINE = Duration.ofMillis(500);

  /** Most calls need no luck with processors. */
  private static final Duration FAST = Duration.ofMillis(5);

  private volatile boolean tripped;
  private volatile boolean over;

  @ParameterizedTest
  @CsvSource({
    "jedis, STANDS_STILL",
    "jedis, IS_KILLED",
    "lettuce, STANDS_STILL",
    "lettuce, IS_KILLED"
  })
  void callsFailFastKnownRowsAnswerAndTotalsAreExact(String driver, Fault fault) throws Exception {
    // Everything is on disk before it is acknowledged, so that a restart loses nothing.
    RedisOptions options =
        RedisOptions.defaults().with("appendonly", "yes").with("appendfsync", "always");
    try (RedisServer server = ServerTests.startOrSkip(() -> RedisServer.start(options));
        Zeal zeal = open(server, driver)) {
      Caller.Target target = target(zeal);
      List<Caller> callers = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Caller caller = new Caller(target, i, () -> tripped, () -> over);
        callers.add(caller);
        threads.add(Thread.startVirtualThread(caller));
      }
      pass(Duration.ofSeconds(1));

      long begun = System.nanoTime();
      begin(fault, server);
      until("the circuit to open", OPENS_WITHIN, () -> number(zeal, "opened") > 0);
      Duration untilOpen = since(begun);
      tripped = true;
      pass(OUTAGE);
      tripped = false;
      long rejected = number(zeal, "rejected");
      end(fault, server);
      long back = System.nanoTime();
      until("the circuit to close", CLOSES_WITHIN, () -> number(zeal, "state") == 0);
      Duration untilClosed = since(back);
      long probes = number(zeal, "probes");
      Duration away = since(begun);
      pass(Duration.ofSeconds(1));
      over = true;
      for (Thread thread : threads) {
        assertThat(thread.join(LIMIT)).as("a caller ends").isTrue();
      }

      long counted = atLast(target.counter()::get);
      long inRow = atLast(() -> target.counting().getLong("row", "number").orElseThrow());
      print(driver, fault, callers, untilOpen, untilClosed, rejected, probes);
      verify(callers, counted, inRow);
      assertThat(probes)
          .as("probes: no more than one in each interval of the outage")
          .isBetween(1L, away.dividedBy(OPEN_FOR) + 1);
      assertThat(rejected).as("calls refused").isPositive();
      if (QUIET) {
        verifyFigures(callers, untilOpen, untilClosed);
      }
    }
  }

  private static Zeal open(RedisServer server, String driver) {
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.driver", driver)
            .set("zeal.redis.url", "redis://" + server.address())
            .set("zeal.redis.timeout", TIMEOUT.toMillis() + "ms")
            .set("zeal.resilience.open-for", OPEN_FOR.toMillis() + "ms")
            .build());
  }

  private static Caller.Target target(Zeal zeal) {
    Store<Row> known =
        zeal.store(
            "known",
            Schema.of(Row.class),
            StoreOptions.defaults().requesting(Capability.READ_FALLBACK));
    for (int i = 0; i < KNOWN_ROWS; i++) {
      known.put("known" + i, new Row("known", i));
      assertThat(known.read("known" + i, ReadOptions.defaults())).isPresent();
    }
    Counter counter = zeal.counter("hits");
    Store<Row> counting = zeal.store("counting", Schema.of(Row.class));
    return new Caller.Target(counter, counting, known, KNOWN_ROWS, zeal.pubSub());
  }

  private static void begin(Fault fault, RedisServer server) {
    switch (fault) {
      case STANDS_STILL -> server.pause();
      case IS_KILLED -> server.kill();
    }
  }

  private static void end(Fault fault, RedisServer server) {
    switch (fault) {
      case STANDS_STILL -> server.resume();
      case IS_KILLED -> server.restart();
    }
  }

  private static long number(Zeal zeal, String name) {
    Stats backend = zeal.stats().parts().get("backend");
    return backend.parts().get("resilience").numbers().get(name);
  }

  /** What the figures of docs/resilience.md say, where nothing else takes the processors. */
  private static void verifyFigures(
      List<Caller> callers, Duration untilOpen, Duration untilClosed) {
    assertThat(tripped(callers).percentile(99))
        .as("the time that 99 of 100 calls took during the outage")
        .isLessThan(Duration.ofMillis(5));
    assertThat(untilOpen).as("until it opened").isLessThan(TIMEOUT.multipliedBy(3));
    assertThat(untilClosed)
        .as("recovery: one interval, and the probe that was under way")
        .isLessThan(OPEN_FOR.plus(TIMEOUT).plusMillis(500));
  }

  private static void verify(List<Caller> callers, long counted, long inRow) {
    assertThat(callers)
        .as("callers that met what they did not expect")
        .allMatch(caller -> caller.unexpected == null);
    assertThat(counted)
        .as("the counter: what was acknowledged, and what may have happened")
        .isBetween(
            sum(callers, caller -> caller.acknowledged),
            sum(callers, caller -> caller.acknowledged + caller.unknown));
    assertThat(inRow)
        .as("the row: what was acknowledged, and what may have happened")
        .isBetween(
            sum(callers, caller -> caller.rowAcknowledged),
            sum(callers, caller -> caller.rowAcknowledged + caller.rowUnknown));
    assertThat(sum(callers, caller -> caller.failedReads)).as("reads of known rows").isZero();
    assertThat(sum(callers, caller -> caller.emptyReads)).as("empty reads").isZero();
    assertThat(sum(callers, caller -> caller.staleReads)).as("stale reads").isPositive();
    assertThat(sum(callers, caller -> caller.freshReads)).as("fresh reads").isPositive();
    Figures tripped = tripped(callers);
    assertThat(tripped.count()).as("calls during the outage").isPositive();
    assertThat(tripped.percentile(90))
        .as("the time that 90 of 100 calls took during the outage")
        .isLessThan(FAST_ON_ANY_MACHINE);
    assertThat(tripped.percentile(50))
        .as("the time that half of the calls took during the outage")
        .isLessThan(FAST);
  }

  private static Figures tripped(List<Caller> callers) {
    Figures tripped = new Figures();
    callers.forEach(caller -> tripped.addAll(caller.tripped));
    return tripped;
  }

  private static long sum(List<Caller> callers, ToLongFunction<Caller> number) {
    return callers.stream().mapToLong(number).sum();
  }

  private static void print(
      String driver,
      Fault fault,
      List<Caller> callers,
      Duration untilOpen,
      Duration untilClosed,
      long rejected,
      long probes) {
    Figures tripped = tripped(callers);
    System.out.printf(
        "FIGURE %s %s, away for %d s, %d threads: opened after %s; %d calls while it was open, p50"
            + " %s, p99 %s, p99.9 %s, longest %s; rejected %d, probes %d; closed %s after the"
            + " server was back; increments %d acknowledged, %d unknown, %d not sent; reads of"
            + " known rows %d fresh, %d stale, %d failed%n",
        driver,
        fault,
        OUTAGE.toSeconds(),
        THREADS,
        Figures.millis(untilOpen),
        tripped.count(),
        Figures.millis(tripped.percentile(50)),
        Figures.millis(tripped.percentile(99)),
        Figures.millis(tripped.percentile(99.9)),
        Figures.millis(tripped.percentile(100)),
        rejected,
        probes,
        Figures.millis(untilClosed),
        sum(callers, caller -> caller.acknowledged),
        sum(callers, caller -> caller.unknown),
        sum(callers, caller -> caller.notSent),
        sum(callers, caller -> caller.freshReads),
        sum(callers, caller -> caller.staleReads),
        sum(callers, caller -> caller.failedReads));
  }

  /** A server that has just come back may be slow once more. */
  private static long atLast(LongSupplier read) {
    AtomicLong found = new AtomicLong();
    until(
        "a read of the backend",
        () -> {
          try {
            found.set(read.getAsLong());
            return true;
          } catch (ZealException e) {
            return false;
          }
        });
    return found.get();
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private static void until(String what, BooleanSupplier condition) {
    until(what, LIMIT, condition);
  }

  private static void until(String what, Duration limit, BooleanSupplier condition) {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(since(begun)).as("waiting for %s", what).isLessThan(limit);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private static void pass(Duration time) {
    long begun = System.nanoTime();
    until("time to pass", () -> since(begun).compareTo(time) >= 0);
  }
}
