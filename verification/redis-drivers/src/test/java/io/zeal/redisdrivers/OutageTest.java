package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.BackendUnavailableException;
import io.zeal.Counter;
import io.zeal.MaxBytes;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.Request;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One server behind a line that breaks, over each driver: clear errors, then everything works. */
class OutageTest {

  record Row(@MaxBytes(16) String name, long number) {}

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int THREADS = 8;

  private RedisServer server;
  private FaultProxy proxy;
  private Zeal zeal;

  private void start(String driver) {
    // Everything is on disk before it is acknowledged, so that a restart loses nothing.
    server =
        ServerTests.startOrSkip(() ->
            RedisServer.start(
                RedisOptions.defaults().with("appendonly", "yes").with("appendfsync", "always")));
    proxy = FaultProxy.start(server.port());
    zeal =
        Zeal.open(
            ZealConfig.builder()
                .set("zeal.backend", "redis")
                .set("zeal.redis.driver", driver)
                .set("zeal.redis.url", "redis://127.0.0.1:" + proxy.port())
                .set("zeal.redis.timeout", "1s")
                .build());
  }

  @AfterEach
  void stop() {
    if (zeal != null) {
      zeal.close();
    }
    if (proxy != null) {
      proxy.close();
    }
    if (server != null) {
      server.close();
    }
  }

  /** Threads that increment a counter and a column until told to end, and what became of it. */
  private final class Traffic {
    private final Counter counter = zeal.counter("hits");
    private final Store<Row> store = zeal.store("rows", Schema.of(Row.class));
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicLong notSent = new AtomicLong();
    private final List<Throwable> unexpected = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    void begin() {
      for (int i = 0; i < THREADS; i++) {
        threads.add(Thread.startVirtualThread(this::run));
      }
    }

    private void run() {
      while (!over) {
        try {
          counter.increment();
          acknowledged.incrementAndGet();
        } catch (BackendUnavailableException | OperationTimeoutException e) {
          (e.outcome().orElseThrow() == Outcome.UNKNOWN ? unknown : notSent).incrementAndGet();
          LockSupport.parkNanos(200_000);
        } catch (Throwable e) {
          synchronized (unexpected) {
            unexpected.add(e);
          }
          return;
        }
      }
    }

    void awaitMore(long calls) {
      long wanted = acknowledged.get() + calls;
      await("%d more acknowledged increments".formatted(calls), () -> acknowledged.get() >= wanted);
    }

    void awaitErrors(long errors) {
      long wanted = unknown.get() + notSent.get() + errors;
      await("errors", () -> unknown.get() + notSent.get() >= wanted);
    }

    /** What was acknowledged is there, and what may have happened happened at most once. */
    void verify() throws InterruptedException {
      over = true;
      for (Thread thread : threads) {
        assertThat(thread.join(LIMIT)).isTrue();
      }
      assertThat(unexpected).isEmpty();
      long value = readAtLast();
      assertThat(value)
          .as("acknowledged %s, unknown %s, not sent %s", acknowledged, unknown, notSent)
          .isBetween(acknowledged.get(), acknowledged.get() + unknown.get());
      store.put("k", new Row("after", 1));
      assertThat(store.get("k")).contains(new Row("after", 1));
    }

    private long readAtLast() {
      AtomicLong value = new AtomicLong(-1);
      await(
          "the counter to be readable",
          () -> {
            try {
              value.set(counter.get());
              return true;
            } catch (ZealException e) {
              return false;
            }
          });
      return value.get();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jedis", "lettuce", "redisson"})
  void aServerThatIsKilledAndComesBackLosesNothing(String driver) throws Exception {
    start(driver);
    Traffic traffic = new Traffic();
    traffic.begin();
    traffic.awaitMore(200);

    server.kill();
    traffic.awaitErrors(20);
    server.restart();

    traffic.awaitMore(200);
    traffic.verify();
  }

  @ParameterizedTest
  @ValueSource(strings = {"jedis", "lettuce", "redisson"})
  void connectionsThatTheServerKillsAreReplaced(String driver) throws Exception {
    start(driver);
    Traffic traffic = new Traffic();
    traffic.begin();
    for (int i = 0; i < 5; i++) {
      traffic.awaitMore(100);
      server.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    }
    traffic.awaitMore(100);
    traffic.verify();
  }

  @ParameterizedTest
  @ValueSource(strings = {"jedis", "lettuce", "redisson"})
  void aBlackHoleEndsInTimeoutsAndThenEverythingWorks(String driver) throws Exception {
    start(driver);
    Traffic traffic = new Traffic();
    traffic.begin();
    traffic.awaitMore(100);

    proxy.blackHole();
    traffic.awaitErrors(THREADS);
    proxy.pass();

    traffic.awaitMore(100);
    traffic.verify();
  }

  @ParameterizedTest
  @ValueSource(strings = {"jedis", "lettuce", "redisson"})
  void aWriteThatWasExecutedBeforeTheCutIsNotRepeated(String driver) {
    start(driver);
    Store<Row> store = zeal.store("rows", Schema.of(Row.class));
    Counter counter = zeal.counter("hits");
    store.put("k", new Row("a", 0));
    counter.increment();
    store.increment("k", "number", 1);

    proxy.executeThenCut(1, Request.named("EVALSHA"));
    assertUnknown(() -> store.increment("k", "number", 1));
    proxy.executeThenCut(1, Request.named("INCRBY"));
    assertUnknown(counter::increment);

    assertThat(store.getLong("k", "number")).hasValue(2);
    assertThat(counter.get()).isEqualTo(2);
  }

  private static void assertUnknown(Runnable write) {
    assertThat(org.assertj.core.api.Assertions.catchThrowable(write::run))
        .isInstanceOfSatisfying(
            BackendUnavailableException.class,
            e -> assertThat(e.outcome()).contains(Outcome.UNKNOWN));
  }

  private static void await(String what, java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("%s within %s", what, LIMIT).isNegative();
      LockSupport.parkNanos(2_000_000);
    }
  }
}
