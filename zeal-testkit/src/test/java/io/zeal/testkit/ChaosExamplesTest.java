package io.zeal.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendUnavailableException;
import io.zeal.Counter;
import io.zeal.Outcome;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What docs/testkit.md shows. */
class ChaosExamplesTest {

  @Test
  void ordersSurviveAPartition() {
    Chaos chaos = Chaos.seeded(42);
    ZealConfig config =
        ZealConfig.builder()
            .set("zeal.backend", "table") // or the one of production
            .instance(Chaos.class, chaos)
            .build();
    try (Zeal zeal = Zeal.open(config)) {
      Counter orders = zeal.counter("orders");
      orders.increment();

      chaos.partition();
      assertThatThrownBy(orders::increment).isInstanceOf(BackendUnavailableException.class);

      chaos.heal();
      assertThat(orders.get()).isEqualTo(1);
    }
  }

  @Test
  void whatIsToldIsWhatHappened() {
    Chaos chaos = Chaos.seeded(42);
    try (Zeal zeal =
        Zeal.open(
            ZealConfig.builder()
                .set("zeal.backend", "table")
                .instance(Chaos.class, chaos)
                .build())) {
      Counter orders = zeal.counter("orders");
      chaos.errors(0.1).timeouts(0.05).latency(Duration.ofMillis(1), Duration.ofMillis(2));
      long told = 0;
      for (int i = 0; i < 200; i++) {
        told += incremented(orders) ? 1 : 0;
      }

      chaos.calm();
      assertThat(orders.get()).isEqualTo(told + chaos.repliesLost());
      assertThat(chaos.injected(Fault.UNAVAILABLE)).isPositive();
    }
  }

  /** Again if nothing was sent; who does not know does not try again. */
  private static boolean incremented(Counter counter) {
    while (true) {
      try {
        counter.increment();
        return true;
      } catch (ZealException e) {
        if (e.outcome().orElse(Outcome.UNKNOWN) == Outcome.UNKNOWN) {
          return false;
        }
      }
    }
  }
}
