package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Overflow;
import io.zeal.StoreOptions;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.WriteResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What writers left that are gone; the test plays them. Proofs kill them for real. */
class TableLeftTest extends TableFixture {

  /** A place that nobody has. */
  private static final int DEAD = 1;

  private final TableBackend impatient =
      new TableBackend(
          new TableSettings(1 << 20, 10, Duration.ofMillis(200), Optional.empty(), 1 << 19), clock);

  @TempDir Path directory;

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

  /** The intent of another process, which has a place in a table and ended. */
  private static Intent deadIntent(Table table) {
    Memory.setVolatile(table.header.segment(), TableHeader.place(DEAD) + Places.TAKEN, 1);
    table.header.raiseLastProcess(DEAD);
    long incarnation = table.memory.processes.incarnation(DEAD);
    return Intents.of(table.header, table.layout, DEAD, incarnation, 0);
  }

  private void inShared(BiConsumer<Rows<Player>, Table> test) {
    TableSettings settings =
        new TableSettings(64L << 20, 10, Duration.ofMillis(200), Optional.of(directory), 1 << 19);
    try (TableBackend shared = new TableBackend(settings, clock)) {
      StoreOptions options = StoreOptions.defaults().withCapacity(4);
      Rows<Player> rows = shared.rows(new StoreSpec<>("left", PLAYER, options, null));
      put(rows, "a", 1);
      Table table = shared.table("left");

      test.accept(rows, table);
    }
  }

  @Test
  void rowThatNeverCameIsNotCounted() {
    inShared((rows, table) -> {
      Intent intent = deadIntent(table);
      int _ = table.free.claim(intent);
      intent.countCome();

      assertThat(rows.count()).isEqualTo(1);
      assertThat(intent.row()).isZero();
      TableInspector.inspect(table);
    });
  }

  @Test
  void rowThatDidNotGoIsCounted() {
    inShared((rows, table) -> {
      Key found = hold(table, deadIntent(table));

      assertThat(rows.count()).isEqualTo(1);
      assertThat(rows.contains("a")).isTrue();
      assertThat(RowWord.isLive(table.rows.word(table.find(found)))).isTrue();
      TableInspector.inspect(table);
    });
  }

  @Test
  void rowThatWentIsNotCounted() {
    inShared((rows, table) -> {
      Intent intent = deadIntent(table);
      Key found = hold(table, intent);
      int row = intent.row();
      table.rows.setWord(row, RowWord.held(found.word(), RowWord.LEAVING, intent.owner()));

      assertThat(rows.contains("a")).isFalse();
      assertThat(rows.count()).isZero();
      assertThat(RowWord.isFree(table.rows.word(row))).isTrue();
      TableInspector.inspect(table);
    });
  }

  /** As a recovery leaves it that signed for a dead one, and whose table was closed then. */
  private static void leaveToBeEnded(Table table) {
    Intent intent = deadIntent(table);
    int _ = table.free.claim(intent);
    intent.countCome();
    ((SharedProcesses) table.memory.processes).places.sign(DEAD);
  }

  @Test
  void recoveryThatWasCutOffIsMadeAgain() {
    inShared((rows, table) -> {
      leaveToBeEnded(table);

      assertThat(rows.count()).isEqualTo(1);
      TableInspector.inspect(table);
    });
  }

  @Test
  void whoClosesEndsWhatItHasSignedFor() throws IOException {
    inShared((rows, table) -> {
      leaveToBeEnded(table);
      long place = TableHeader.place(DEAD) + Places.TAKEN;
      assertThat(Memory.getVolatile(table.header.segment(), place)).isEqualTo(1);
    });

    byte[] file = Files.readAllBytes(directory.resolve("store-left"));
    int place = (int) (TableHeader.place(DEAD) + Places.TAKEN);
    assertThat(ByteBuffer.wrap(file).order(ByteOrder.nativeOrder()).getLong(place)).isZero();
  }

  /** As somebody holds the row {@code a} who is about to remove it. */
  private static Key hold(Table table, Intent intent) {
    Key found = new Key("a", table.seed);
    int row = table.find(found);
    intent.begin(row, found.place());
    long held = RowWord.held(found.word(), RowWord.HELD, intent.owner());
    assertThat(table.rows.compareAndSet(row, found.word(), held)).isTrue();
    intent.countGone();
    return found;
  }
}
