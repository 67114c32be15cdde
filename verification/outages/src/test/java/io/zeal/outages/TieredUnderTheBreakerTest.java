package io.zeal.outages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zeal.Capability;
import io.zeal.CircuitOpenException;
import io.zeal.ReadOptions;
import io.zeal.Schema;
import io.zeal.Stats;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.outages.OutageUnderTheBreakerTest.Row;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Over {@code tiered} the circuit is around the far level: copies answer though it is open. */
class TieredUnderTheBreakerTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void copiesAnswerWhileTheCircuitOfTheFarLevelIsOpen() {
    try (RedisServer server = ServerTests.startOrSkip(RedisServer::start);
        Zeal zeal =
            Zeal.open(
                ZealConfig.builder()
                    .set("zeal.backend", "tiered")
                    .set("zeal.redis.url", "redis://" + server.address())
                    .set("zeal.redis.driver", "jedis")
                    .set("zeal.redis.timeout", "500ms")
                    .set("zeal.resilience.silence", "1ms")
                    .set("zeal.resilience.minimum-calls", "1")
                    .set("zeal.resilience.open-for", "1h")
                    .set("zeal.tiered.secret", "0123456789abcdef0123456789abcdef")
                    .set("zeal.tiered.heartbeat", "10s")
                    .set("zeal.tiered.detection", "20s")
                    .set("zeal.tiered.near-ttl", "40s")
                    .build())) {
      assertThat(zeal.info().capabilities()).doesNotContain(Capability.READ_FALLBACK);
      Store<Row> store = zeal.store("rows", Schema.of(Row.class));
      store.put("k", new Row("copied", 1));
      until(
          "a copy", () -> store.read("k", ReadOptions.defaults()).orElseThrow().age().isPositive());

      server.kill();
      assertThat(catchThrowable(() -> store.put("k2", new Row("lost", 1)))).isNotNull();
      until("the circuit to open", () -> state(zeal.stats()) == 2);

      assertThat(catchThrowable(() -> store.put("k2", new Row("lost", 1))))
          .isInstanceOf(CircuitOpenException.class);
      assertThat(store.get("k")).as("the copy").contains(new Row("copied", 1));
      assertThat(catchThrowable(() -> store.get("other"))).isInstanceOf(CircuitOpenException.class);
    }
  }

  /** Of the far level, wherever it is among the parts. */
  private static long state(Stats stats) {
    Stats part = stats.parts().get("resilience");
    return part != null
        ? part.numbers().get("state")
        : stats.parts().values().stream()
            .mapToLong(TieredUnderTheBreakerTest::state)
            .max()
            .orElse(-1);
  }

  private static void until(String what, BooleanSupplier condition) {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .as("waiting for %s", what)
          .isLessThan(LIMIT);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
