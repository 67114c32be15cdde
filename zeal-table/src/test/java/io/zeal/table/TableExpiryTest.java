package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.CapacityException;
import io.zeal.Entry;
import io.zeal.Overflow;
import io.zeal.ReadOptions;
import io.zeal.StoreOptions;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TableExpiryTest extends TableFixture {

  private final Rows<Player> rows =
      rows(
          "expiring", StoreOptions.defaults().withTtl(Duration.ofMillis(100)).withCapacity(10_000));

  @Test
  void rowIsAliveInItsLastMillisecondAndGoneInTheNext() {
    put(rows, "a", 1);

    clock.advance(Duration.ofMillis(100));
    assertThat(rows.contains("a")).isTrue();
    assertThat(rows.read("a", ReadOptions.defaults()).orElseThrow().remaining())
        .contains(Duration.ZERO);
    clock.advance(Duration.ofMillis(1));
    assertThat(rows.get("a")).isEmpty();
    assertThat(rows.contains("a")).isFalse();
    assertThat(rows.number("a", 1)).isEmpty();
    assertThat(rows.page("", 10)).isEmpty();
    assertThat(rows.count()).isZero();
  }

  @Test
  void expiredRowIsAbsentToEveryWrite() {
    put(rows, "a", 1);
    clock.advance(Duration.ofMillis(101));

    assertThat(remove(rows, "a")).isEqualTo(WriteResult.SKIPPED);
    assertThat(rows.write(new Write.Touch<>("a", 100, new Condition.Present<>())))
        .isEqualTo(WriteResult.SKIPPED);
    assertThat(add(rows, "a", 5)).isEqualTo(new WriteResult.Added(5));
    assertThat(rows.get("a")).contains(new Player("", 5));
    clock.advance(Duration.ofMillis(101));
    assertThat(rows.write(new Write.Put<>("a", new Player("x", 9), 100, new Condition.Absent<>())))
        .isEqualTo(WriteResult.APPLIED);
    assertThat(rows.count()).isEqualTo(1);
  }

  @Test
  void patchAndAddKeepTheRemainingTimeAndTouchRenewsIt() {
    put(rows, "a", 1);
    put(rows, "b", 1);
    clock.advance(Duration.ofMillis(60));
    add(rows, "a", 1);
    rows.write(new Write.Touch<>("b", 100, new Condition.Present<>()));

    clock.advance(Duration.ofMillis(60));

    assertThat(rows.contains("a")).isFalse();
    assertThat(rows.read("b", ReadOptions.defaults()).orElseThrow().remaining())
        .contains(Duration.ofMillis(40));
    assertThat(rows.count()).isEqualTo(1);
  }

  @Test
  void countIsExactWhateverExpiresInWhateverOrder() {
    for (int i = 0; i < 5_000; i++) {
      put(rows, "k" + i, i, i % 7 == 0 ? 0 : 1 + (i * 37L) % 1000);
    }

    for (int step = 0; step < 100; step++) {
      clock.advance(Duration.ofMillis(11));
      long now = 11L * (step + 1);
      long expected = 0;
      for (int i = 0; i < 5_000; i++) {
        expected += i % 7 == 0 || now <= 1 + (i * 37L) % 1000 ? 1 : 0;
      }
      assertThat(rows.count()).isEqualTo(expected);
    }
  }

  @Test
  void someExpiredRowsAreRemovedAtATime() {
    for (int i = 0; i < 10_000; i++) {
      put(rows, "k" + i, i);
    }
    clock.advance(Duration.ofMillis(101));
    Table table = backend.table("expiring");
    Intent intent = Objects.requireNonNull(table.intents.tryLease());

    assertThat(table.sweeper.sweepSome(clock.millis(), 100, intent).removed()).isPositive();

    assertThat(table.expired()).isBetween(100L, 100L + ExpiryTree.FANOUT);
    assertThat(table.header.sweeper()).as("the sweep is free for the next").isEqualTo(Owner.NOBODY);
    assertThat(rows.count()).isZero();
    assertThat(table.expired()).isEqualTo(10_000);
    assertThat(table.sweeper.sweepSome(clock.millis(), 100, intent).removed()).isZero();
    intent.giveBack();
  }

  @Test
  void clockThatGoesBackBringsNothingBack() {
    put(rows, "a", 1);
    clock.advance(Duration.ofMillis(101));
    assertThat(rows.contains("a")).isFalse();

    clock.advance(Duration.ofMillis(-50));

    assertThat(rows.contains("a")).isFalse();
    assertThat(rows.count()).isZero();
  }

  @Test
  void fullStoreRejectsUntilARowExpires() {
    Rows<Player> small =
        rows("small", StoreOptions.defaults().withCapacity(3).withTtl(Duration.ofMillis(10)));
    put(small, "a", 1, 5);
    put(small, "b", 1);
    put(small, "c", 1);

    assertThatThrownBy(() -> put(small, "d", 1))
        .isInstanceOf(CapacityException.class)
        .hasMessageContaining("holds its 3 rows")
        .hasMessageContaining("ZEAL-301");
    put(small, "b", 2);
    clock.advance(Duration.ofMillis(6));
    put(small, "d", 1);

    assertThat(small.page("", 10)).extracting(Entry::key).containsExactlyInAnyOrder("b", "c", "d");
  }

  @Test
  void fullStoreEvictsExpiredRowsFirstThenWhatWasNotUsed() {
    Rows<Player> small =
        rows("evicting", StoreOptions.defaults().withCapacity(4).withOverflow(Overflow.EVICT));
    put(small, "expires", 1, 5);
    put(small, "a", 1);
    put(small, "used", 1);
    put(small, "c", 1);
    clock.advance(Duration.ofMillis(6));

    put(small, "d", 1);
    assertThat(small.count()).isEqualTo(4);
    assertThat(backend.table("evicting").evictions()).isZero();
    assertThat(small.get("used")).isPresent();
    put(small, "e", 1);
    put(small, "f", 1);

    assertThat(small.count()).isEqualTo(4);
    assertThat(small.contains("used")).isTrue();
    assertThat(backend.stats().parts().get("stores").parts().get("evicting").numbers())
        .containsEntry("evictions", 2L)
        .containsEntry("expired", 1L);
  }
}
