package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.BackendUnavailableException;
import io.zeal.BulkResult;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One server behind a line that breaks, over each driver: clear errors, then everything works. */
class OutageTest {

  record Row(@MaxBytes(16) String name, long number) {}

  private static final int THREADS = 8;

  /** More than the 100 commands from which on a call has the connection for large ones. */
  private static final int BULK = 120;

  private RedisServer server;
  private FaultProxy proxy;
  private Zeal zeal;

  /** Small calls on one connection or several, and calls that have a connection to themselves. */
  static Stream<Arguments> waysToTheServer() {
    return Stream.of("jedis", "lettuce", "redisson")
        .flatMap(driver ->
            Stream.of(
                Arguments.of(driver, 1, 1),
                Arguments.of(driver, 3, 1),
                Arguments.of(driver, 1, BULK)));
  }

  private void start(String driver, int connections) {
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
                .set("zeal.redis.connections", Integer.toString(connections))
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

  /** Threads that increment counters until told to end, and what became of each increment. */
  private final class Traffic {
    private final List<Counter> counters;
    private final AtomicLongArray acknowledgedOf;
    private final AtomicLongArray unknownOf;
    private final Store<Row> store = zeal.store("rows", Schema.of(Row.class));
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicLong notSent = new AtomicLong();
    private final List<Throwable> unexpected = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    /**
     * @param commands how many a call sends
     */
    Traffic(int commands) {
      counters = IntStream.range(0, commands).mapToObj(i -> zeal.counter("hits" + i)).toList();
      acknowledgedOf = new AtomicLongArray(commands);
      unknownOf = new AtomicLongArray(commands);
    }

    void begin() {
      for (int i = 0; i < THREADS; i++) {
        threads.add(Thread.startVirtualThread(this::run));
      }
    }

    private void run() {
      while (!over) {
        try {
          if (counters.size() == 1) {
            incrementOne();
          } else {
            incrementAll();
          }
        } catch (Throwable e) {
          synchronized (unexpected) {
            unexpected.add(e);
          }
          return;
        }
      }
    }

    private void incrementOne() {
      try {
        counters.getFirst().increment();
        acknowledged(0);
      } catch (BackendUnavailableException | OperationTimeoutException e) {
        failed(0, e);
        LockSupport.parkNanos(200_000);
      }
    }

    private void incrementAll() {
      Map<Counter, Long> deltas = new HashMap<>();
      counters.forEach(counter -> deltas.put(counter, 1L));
      BulkResult<Long> result = zeal.addAll(deltas);
      for (int i = 0; i < counters.size(); i++) {
        ZealException error = result.failures().get("hits" + i);
        if (error == null) {
          assertThat(result.values()).containsKey("hits" + i);
          acknowledged(i);
        } else if (error instanceof BackendUnavailableException
            || error instanceof OperationTimeoutException) {
          failed(i, error);
        } else {
          throw error;
        }
      }
    }

    private void acknowledged(int counter) {
      acknowledgedOf.incrementAndGet(counter);
      acknowledged.incrementAndGet();
    }

    private void failed(int counter, ZealException e) {
      if (e.outcome().orElseThrow() == Outcome.UNKNOWN) {
        unknownOf.incrementAndGet(counter);
        unknown.incrementAndGet();
      } else {
        notSent.incrementAndGet();
      }
    }

    void awaitMore(long calls) {
      long wanted = acknowledged.get() + calls;
      Await.until(
          "%d more acknowledged increments".formatted(calls), () -> acknowledged.get() >= wanted);
    }

    void awaitErrors(long errors) {
      long wanted = unknown.get() + notSent.get() + errors;
      Await.until("errors", () -> unknown.get() + notSent.get() >= wanted);
    }

    /** What was acknowledged is there, and what may have happened happened at most once. */
    void verify() throws InterruptedException {
      over = true;
      for (Thread thread : threads) {
        assertThat(thread.join(Await.LIMIT)).isTrue();
      }
      assertThat(unexpected).isEmpty();
      for (int i = 0; i < counters.size(); i++) {
        assertThat(readAtLast(counters.get(i)))
            .as("acknowledged %s, unknown %s", acknowledgedOf.get(i), unknownOf.get(i))
            .isBetween(acknowledgedOf.get(i), acknowledgedOf.get(i) + unknownOf.get(i));
      }
      store.put("k", new Row("after", 1));
      assertThat(store.get("k")).contains(new Row("after", 1));
    }

    private long readAtLast(Counter counter) {
      AtomicLong value = new AtomicLong(-1);
      Await.until(
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
  @MethodSource("waysToTheServer")
  void aServerThatIsKilledAndComesBackLosesNothing(String driver, int connections, int commands)
      throws Exception {
    start(driver, connections);
    Traffic traffic = new Traffic(commands);
    traffic.begin();
    traffic.awaitMore(200);

    server.kill();
    traffic.awaitErrors(20);
    server.restart();

    traffic.awaitMore(200);
    traffic.verify();
  }

  @ParameterizedTest
  @MethodSource("waysToTheServer")
  void connectionsThatTheServerKillsAreReplaced(String driver, int connections, int commands)
      throws Exception {
    start(driver, connections);
    Traffic traffic = new Traffic(commands);
    traffic.begin();
    for (int i = 0; i < 5; i++) {
      traffic.awaitMore(100);
      server.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    }
    traffic.awaitMore(100);
    traffic.verify();
  }

  @ParameterizedTest
  @MethodSource("waysToTheServer")
  void aBlackHoleEndsInTimeoutsAndThenEverythingWorks(String driver, int connections, int commands)
      throws Exception {
    start(driver, connections);
    Traffic traffic = new Traffic(commands);
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
    start(driver, 1);
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
}
