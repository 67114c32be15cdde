package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.CapacityException;
import io.zeal.CounterOptions;
import io.zeal.SchemaException;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TableCountersTest extends TableFixture {

  private static final CounterOptions WINDOW =
      CounterOptions.defaults().startingAt(10).expiringAfter(Duration.ofMillis(100));

  @Test
  void untouchedCounterReadsItsInitialValueAndIsOneForEveryone() {
    CounterCell one = counter("hits", CounterOptions.defaults().startingAt(5));

    assertThat(one.get()).isEqualTo(5);
    assertThat(one.add(2)).isEqualTo(7);
    assertThat(counter("hits", CounterOptions.defaults().startingAt(5)).get()).isEqualTo(7);
    assertThat(one.apply(new CounterChange.Reset())).hasValue(5);
    assertThatThrownBy(() -> counter("hits", CounterOptions.defaults()))
        .isInstanceOf(SchemaException.class);
  }

  @Test
  void sumsAreExactAndRefusedOutside64Bits() {
    CounterCell cell = counter("c", CounterOptions.defaults());
    cell.apply(new CounterChange.Set(Long.MAX_VALUE));

    assertThatThrownBy(() -> cell.add(1)).isInstanceOf(CapacityException.class);
    assertThat(cell.apply(new CounterChange.AddBounded(1, Long.MAX_VALUE))).isEmpty();
    assertThat(cell.get()).isEqualTo(Long.MAX_VALUE);
    cell.apply(new CounterChange.Set(Long.MIN_VALUE));
    assertThatThrownBy(() -> cell.apply(new CounterChange.AddBounded(-1, 0)))
        .isInstanceOf(CapacityException.class);
    cell.apply(new CounterChange.Set(1L << 53));
    assertThat(cell.apply(new CounterChange.AddBounded(1, (1L << 53) + 1)))
        .hasValue((1L << 53) + 1);
    assertThat(cell.apply(new CounterChange.AddBounded(1, (1L << 53) + 1))).isEmpty();
  }

  @Test
  void windowStartsWithTheFirstChangeAndEndsTheCounter() {
    CounterCell cell = counter("w", WINDOW);

    assertThat(cell.apply(new CounterChange.CompareAndSet(9, 1))).isEmpty();
    clock.advance(Duration.ofMillis(500));
    assertThat(cell.add(1)).isEqualTo(11);
    clock.advance(Duration.ofMillis(60));
    assertThat(cell.apply(new CounterChange.Set(50))).hasValue(50);
    clock.advance(Duration.ofMillis(40));
    assertThat(cell.get()).isEqualTo(50);
    clock.advance(Duration.ofMillis(1));
    assertThat(cell.get()).isEqualTo(10);
    assertThat(cell.apply(new CounterChange.CompareAndSet(10, 20))).hasValue(20);
    cell.apply(new CounterChange.Reset());
    assertThat(cell.get()).isEqualTo(10);
  }

  @Test
  void incrementsOfManyThreadsAddUp() throws Exception {
    CounterCell plain = counter("plain", CounterOptions.defaults());
    CounterCell window =
        counter("window", CounterOptions.defaults().expiringAfter(Duration.ofHours(1)));
    List<Future<?>> tasks = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      tasks.add(
          threads()
              .submit(() -> {
                for (int i = 0; i < 20_000; i++) {
                  plain.add(1);
                  window.add(1);
                }
              }));
    }
    for (Future<?> task : tasks) {
      task.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    assertThat(plain.get()).isEqualTo(160_000);
    assertThat(window.get()).isEqualTo(160_000);
  }

  @Test
  void oneCounterTooManyIsRefused() {
    for (int i = 0; i < 100; i++) {
      counter("c" + i, CounterOptions.defaults());
    }

    assertThatThrownBy(() -> counter("more", CounterOptions.defaults()))
        .isInstanceOf(CapacityException.class)
        .hasMessageContaining("zeal.table.counters");
    counter("c7", CounterOptions.defaults());
  }
}
