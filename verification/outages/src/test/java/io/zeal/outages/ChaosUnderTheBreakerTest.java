package io.zeal.outages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zeal.BackendUnavailableException;
import io.zeal.CircuitOpenException;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.outages.OutageUnderTheBreakerTest.Row;
import io.zeal.testkit.Chaos;
import io.zeal.testkit.Fault;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Faults on demand stand below the circuit, which takes them for real ones. */
class ChaosUnderTheBreakerTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Chaos chaos = Chaos.seeded(42);

  private Zeal open(RedisServer server) {
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.url", "redis://" + server.address())
            .set("zeal.redis.driver", "jedis")
            .set("zeal.resilience.minimum-calls", "3")
            .set("zeal.resilience.failure-rate", "100")
            .set("zeal.resilience.silence", "1ms")
            .set("zeal.resilience.open-for", "50ms")
            .set("zeal.resilience.retries", "0")
            .instance(Chaos.class, chaos)
            .build());
  }

  private static long state(Zeal zeal) {
    return zeal.stats().parts().get("backend").parts().get("resilience").numbers().get("state");
  }

  private static void openCircuit(Store<Row> store) {
    long begun = System.nanoTime();
    while (!(catchThrowable(() -> store.get("k")) instanceof CircuitOpenException)) {
      assertThat(System.nanoTime() - begun).as("until it opens").isLessThan(LIMIT.toNanos());
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  @Test
  void aPartitionOpensTheCircuitAndItsEndClosesIt() {
    try (RedisServer server = ServerTests.startOrSkip(RedisServer::start);
        Zeal zeal = open(server)) {
      Store<Row> store = zeal.store("rows", Schema.of(Row.class));
      store.put("k", new Row("there", 1));

      chaos.partition();
      assertThat(catchThrowable(() -> store.get("k")))
          .isInstanceOf(BackendUnavailableException.class)
          .isNotInstanceOf(CircuitOpenException.class);
      openCircuit(store);
      long injected = chaos.injected(Fault.PARTITION);
      assertThat(injected).as("calls that came as far as the faults").isLessThan(100);

      chaos.heal();
      awaitAnswer(store);
      assertThat(state(zeal)).isZero();
    }
  }

  @Test
  void aStreamThatIsNotReadToItsEndHoldsNoProbe() {
    try (RedisServer server = ServerTests.startOrSkip(RedisServer::start);
        Zeal zeal = open(server)) {
      Store<Row> store = zeal.store("rows", Schema.of(Row.class));
      for (int i = 0; i < 10; i++) {
        store.put("k" + i, new Row("there", i));
      }
      chaos.partition();
      openCircuit(store);
      chaos.heal();
      long begun = System.nanoTime();
      while (state(zeal) != 0) {
        assertThat(System.nanoTime() - begun).as("until it closes").isLessThan(LIMIT.toNanos());
        var _ = catchThrowable(() -> store.stream().findFirst()); // the probe; nobody reads on
      }
      assertThat(store.get("k1")).isPresent();
    }
  }

  private static void awaitAnswer(Store<Row> store) {
    long begun = System.nanoTime();
    while (catchThrowable(() -> store.get("k")) != null) {
      assertThat(System.nanoTime() - begun).as("until it closes").isLessThan(LIMIT.toNanos());
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }
}
