package io.zeal.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendInfo;
import io.zeal.BackendUnavailableException;
import io.zeal.Capability;
import io.zeal.ConfigurationException;
import io.zeal.Counter;
import io.zeal.Finding;
import io.zeal.Stats;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.Role;
import io.zeal.spi.Rows;
import io.zeal.spi.Setting;
import io.zeal.spi.StoreSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Where a chaos stands, and when there is one at all. */
class ChaosDecoratorTest {

  private static ZealConfig.Builder table() {
    return ZealConfig.builder().set("zeal.backend", "table");
  }

  private static boolean isDecorated(Zeal zeal) {
    return zeal.stats().parts().get("backend").parts().containsKey("chaos");
  }

  private static long failures(Zeal zeal, int calls) {
    Counter counter = null;
    long failures = 0;
    for (int i = 0; i < calls; i++) {
      try {
        counter = counter == null ? zeal.counter("c") : counter;
        counter.increment();
      } catch (ZealException e) {
        failures++;
      }
    }
    return failures;
  }

  @Test
  void presenceAloneDoesNothing() {
    try (Zeal zeal = Zeal.open(table().build())) {
      assertThat(isDecorated(zeal)).isFalse();
      assertThat(failures(zeal, 1_000)).isZero();
    }
  }

  @Test
  void settingsAloneDoNothing() {
    try (Zeal zeal = Zeal.open(table().set("zeal.testkit.errors-percent", "100").build())) {
      assertThat(isDecorated(zeal)).isFalse();
      assertThat(failures(zeal, 1_000)).isZero();
    }
  }

  @Test
  void handedInItIsThereAndCalm() {
    try (Zeal zeal = Zeal.open(table().instance(Chaos.class, Chaos.seeded(1)).build())) {
      assertThat(isDecorated(zeal)).isTrue();
      assertThat(failures(zeal, 1_000)).isZero();
    }
  }

  @Test
  void operatorsNoIsStronger() {
    Chaos chaos = Chaos.seeded(1).partition();
    try (Zeal zeal =
        Zeal.open(
            table().set("zeal.testkit.chaos", "false").instance(Chaos.class, chaos).build())) {
      assertThat(isDecorated(zeal)).isFalse();
      assertThat(failures(zeal, 100)).isZero();
    }
  }

  @Test
  void askedForBySettingsItDoesWhatTheySay() {
    ZealConfig.Builder config =
        table()
            .set("zeal.testkit.chaos", "true")
            .set("zeal.testkit.seed", "7")
            .set("zeal.testkit.errors-percent", "20")
            .set("zeal.testkit.latency", "1ms");
    try (Zeal one = Zeal.open(config.build());
        Zeal two = Zeal.open(config.build())) {
      long failures = failures(one, 200);
      assertThat(failures).isBetween(20L, 60L).isEqualTo(failures(two, 200));
    }
    assertThatThrownBy(() ->
            Zeal.open(
                table()
                    .set("zeal.testkit.errors-percent", "101")
                    .set("zeal.testkit.chaos", "true")
                    .build()))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void messagesOfAModuleBecomeTheBackendsOwn() {
    BackendInfo plain;
    try (Zeal zeal = Zeal.open(table().build())) {
      plain = zeal.info();
    }
    Chaos chaos = Chaos.seeded(1);
    try (Zeal zeal = Zeal.open(table().instance(Chaos.class, chaos).build())) {
      assertThat(zeal.info()).isEqualTo(plain);
      chaos.partition();
      assertThatThrownBy(() -> zeal.pubSub().publish("c", "x"))
          .isInstanceOf(BackendUnavailableException.class);
      assertThat(zeal.stats().parts()).containsKey("messages");
    }
  }

  @Test
  void standsBelowCopiesAndNotAroundThem() {
    Levels levels = new Levels();
    Chaos chaos = Chaos.seeded(1);
    try (Zeal zeal =
        Zeal.open(ZealConfig.builder().backend(levels).instance(Chaos.class, chaos).build())) {
      assertThat(levels.near.get()).isNotInstanceOf(ChaosBackend.class);
      assertThat(levels.far.get()).isInstanceOf(ChaosBackend.class);
      assertThat(isDecorated(zeal)).isFalse();
    }
  }

  /** A backend that keeps copies of another. */
  private static final class Levels implements BackendProvider {

    final AtomicReference<Backend> near = new AtomicReference<>();
    final AtomicReference<Backend> far = new AtomicReference<>();

    @Override
    public String name() {
      return "levels";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }

    @Override
    public Backend open(BackendContext context) {
      near.set(context.open("table", Role.NEAR));
      far.set(context.open("table", Role.FAR));
      return new ForwardingBackend(far.get()) {
        @Override
        public BackendInfo info() {
          return new BackendInfo(
              "levels", BackendInfo.Scope.CLUSTER, Set.of(Capability.CACHED_READS), Map.of());
        }

        @Override
        public Stats stats() {
          return Stats.of("levels", Map.of());
        }

        @Override
        public void close() {
          near.get().close();
          far.get().close();
        }
      };
    }
  }

  @Test
  void closingTheBackendClosesWhatItIsAround() {
    int[] closed = {0};
    Backend below =
        new Backend() {
          @Override
          public BackendInfo info() {
            return new BackendInfo("below", BackendInfo.Scope.CLUSTER, Set.of(), Map.of());
          }

          @Override
          public <R> Rows<R> rows(StoreSpec<R> spec) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Stats stats() {
            return Stats.of("below", Map.of());
          }

          @Override
          public List<Finding> inspect() {
            return List.of();
          }

          @Override
          public void close() {
            closed[0]++;
          }
        };
    new ChaosBackend(below, Chaos.seeded(1).partition()).close();
    assertThat(closed[0]).isEqualTo(1);
  }
}
