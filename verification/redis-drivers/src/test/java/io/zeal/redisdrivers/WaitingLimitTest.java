package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Counter;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What is under way is bounded: {@code zeal.redis.max-waiting}. The driver does not matter. */
class WaitingLimitTest {

  private static final int CALLERS = 10;
  private static final int MAX_WAITING = 2;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void callsBeyondTheLimitFailAtOnceAndSayWhichLimitAndTheOthersGoOn() throws Exception {
    try (RedisServer server = ServerTests.startOrSkip(RedisServer::start);
        Zeal zeal = open(server)) {
      Counter counter = zeal.counter("hits");
      counter.increment();
      Queue<OperationTimeoutException> refused = new ConcurrentLinkedQueue<>();
      List<Thread> callers = new ArrayList<>();

      server.pause();
      try {
        for (int i = 0; i < CALLERS; i++) {
          callers.add(Thread.startVirtualThread(() -> incrementOr(refused, counter)));
        }
        // One is at the server, as many as may wait do, and the server does not answer anybody.
        await(() -> refused.size() == CALLERS - 1 - MAX_WAITING);
      } finally {
        server.resume();
      }
      for (Thread caller : callers) {
        assertThat(caller.join(LIMIT)).isTrue();
      }

      assertThat(refused)
          .hasSize(CALLERS - 1 - MAX_WAITING)
          .allSatisfy(e -> {
            assertThat(e.stage()).isEqualTo(Stage.QUEUE);
            assertThat(e.outcome()).contains(Outcome.NOT_SENT);
            assertThat(e)
                .hasMessageContainingAll(
                    "Counter 'hits'", "2 calls wait", "zeal.redis.max-waiting", "ZEAL-402");
          });
      assertThat(counter.get()).isEqualTo(1 + 1 + MAX_WAITING);
    }
  }

  private static Zeal open(RedisServer server) {
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.driver", "jedis")
            .set("zeal.redis.url", "redis://" + server.address())
            .set("zeal.redis.timeout", "60s")
            .set("zeal.redis.max-waiting", Integer.toString(MAX_WAITING))
            .build());
  }

  private static void incrementOr(Queue<OperationTimeoutException> refused, Counter counter) {
    try {
      counter.increment();
    } catch (OperationTimeoutException e) {
      refused.add(e);
    }
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("calls refused in time").isNegative();
      LockSupport.parkNanos(2_000_000);
    }
  }
}
