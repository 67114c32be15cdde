package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Overflow;
import io.zeal.StoreOptions;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.WriteResult;
import io.zeal.table.Waits.Purpose;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What writers left that are gone; the test plays them. Proofs kill them for real. */
class TableLeftTest extends TableFixture {

  private final TableBackend impatient =
      new TableBackend(
          new TableSettings(1 << 20, 10, Duration.ofMillis(200), Optional.empty()), clock);

  @AfterEach
  void closed() {
    impatient.close();
  }

  private Rows<Player> rows(long capacity, Overflow overflow) {
    StoreOptions options = StoreOptions.defaults().withCapacity(capacity).withOverflow(overflow);
    return impatient.rows(new StoreSpec<>("left", PLAYER, options, null));
  }

  private Table table() {
    return impatient.table("left");
  }

  /** As a writer of one number leaves it whose process is no longer there. */
  private void leave(String key) {
    Table table = table();
    Key found = new Key(key, table.seed);
    int row = table.find(found);
    int gone = Owner.of(0, 1, Owner.NO_INTENT);
    assertThat(table.memory.processes.isGone(gone)).isTrue();
    long held = RowWord.held(found.word(), RowWord.HELD, gone);
    assertThat(table.rows.compareAndSet(row, found.word(), held)).isTrue();
  }

  @Test
  void rowThatWasLeftAndHasExpiredMakesPlaceInAFullStore() {
    Rows<Player> rows = rows(2, Overflow.REJECT);
    put(rows, "stays", 1);
    put(rows, "expires", 1, 10);
    leave("expires");
    clock.advance(Duration.ofMillis(11));

    assertThat(put(rows, "new", 1)).isEqualTo(WriteResult.APPLIED);

    assertThat(rows.count()).isEqualTo(2);
    TableInspector.inspect(table());
  }

  @Test
  void rowThatWasLeftAndHasExpiredIsRemovedByTheNextCount() {
    Rows<Player> rows = rows(2, Overflow.REJECT);
    put(rows, "expires", 1, 10);
    leave("expires");
    clock.advance(Duration.ofMillis(11));

    assertThat(rows.count()).isZero();

    TableInspector.inspect(table());
  }

  @Test
  void rowThatWasLeftGivesWay() {
    Rows<Player> rows = rows(1, Overflow.EVICT);
    put(rows, "left", 1);
    leave("left");

    assertThat(put(rows, "new", 1)).isEqualTo(WriteResult.APPLIED);

    assertThat(rows.contains("left")).isFalse();
    TableInspector.inspect(table());
  }

  @Test
  void rowIsNotCountedBeforeItIsThere() {
    Rows<Player> rows = rows(4, Overflow.REJECT);
    put(rows, "a", 1);
    Intent intent = table().intents.lease(WAITS, Purpose.WRITE);
    int _ = table().free.claim(intent);
    intent.setCount(intent.count() + 1);

    assertThat(rows.count()).isEqualTo(1);

    table().memory.recovery.end(intent);
    intent.giveBack();
    assertThat(rows.count()).isEqualTo(1);
    TableInspector.inspect(table());
  }

  @Test
  void rowIsCountedUntilItIsGone() {
    Rows<Player> rows = rows(4, Overflow.REJECT);
    put(rows, "a", 1);
    Intent intent = table().intents.lease(WAITS, Purpose.WRITE);
    Key found = new Key("a", table().seed);
    int row = table().find(found);
    intent.begin(row, found.place());
    long held = RowWord.held(found.word(), RowWord.HELD, intent.owner());
    assertThat(table().rows.compareAndSet(row, found.word(), held)).isTrue();
    intent.setCount(intent.count() - 1);

    assertThat(rows.count()).isEqualTo(1);
    table().rows.setWord(row, RowWord.held(held, RowWord.LEAVING, intent.owner()));
    assertThat(rows.count()).isZero();

    table().memory.recovery.end(intent);
    intent.giveBack();
    assertThat(rows.count()).isZero();
    TableInspector.inspect(table());
  }
}
