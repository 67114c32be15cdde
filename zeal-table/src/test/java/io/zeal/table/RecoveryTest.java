package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.StoreOptions;
import io.zeal.spi.Rows;
import io.zeal.spi.WriteResult;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a change left at each of its steps, and how it is ended: once, and again by whoever comes
 * after one who ended in the middle of that. The test plays all of them.
 */
class RecoveryTest extends TableFixture {

  private static final int SCORE = 1;

  private final Rows<Player> rows = rows("left", StoreOptions.defaults().withCapacity(40));
  private final Table table = backend.table("left");
  private final Intent intent = Objects.requireNonNull(table.intents.tryLease());

  @BeforeEach
  void fillSome() {
    for (int i = 0; i < 10; i++) {
      put(rows, "other" + i, i);
    }
    put(rows, "a", 1);
    assertThat(intent.row()).isZero();
  }

  @AfterEach
  void intentIsOverAndOthersAreAsTheyWere() {
    assertThat(intent.row()).isZero();
    intent.giveBack();
    for (int i = 0; i < 10; i++) {
      assertThat(rows.number("other" + i, SCORE)).hasValue(i);
    }
  }

  private Key found(String key) {
    Key found = new Key(key, table.seed);
    assertThat(table.find(found)).isPositive();
    return found;
  }

  private void setWord(int row, long word) {
    table.rows.setWord(row, word);
  }

  /** Ends it, and then as if whoever did it had not come to its end, at each step that is one. */
  private void end(int row, Runnable check) {
    byte[] begun = intentNow().toArray(ValueLayout.JAVA_BYTE);
    long left = table.rows.word(row);
    recover();
    long word = table.rows.word(row);
    check.run();

    restore(begun);
    setWord(row, left); // everything was done but for the word
    recover();
    assertThat(table.rows.word(row)).as("word after the second time").isEqualTo(word);
    check.run();

    restore(begun); // the word is set, the hint is not
    if (RowWord.isFree(word)) {
      hideHint(row);
    }
    recover();
    assertThat(table.rows.word(row)).as("word after the third time").isEqualTo(word);
    check.run();
  }

  private void recover() {
    table.memory.recovery.end(intent);
    assertThat(intent.row()).isZero();
  }

  /** Row, place, and the counts when it began. */
  private MemorySegment intentNow() {
    return intent
        .segment()
        .asSlice(intent.asRow() + TableLayout.EXPIRES - Intent.COLUMNS, Intent.COLUMNS);
  }

  private void restore(byte[] begun) {
    intentNow().copyFrom(MemorySegment.ofArray(begun));
  }

  private void hideHint(int row) {
    long hints = table.layout.intents(table.layout.processes());
    var _ =
        Memory.getAndSetBits(
            table.header.segment(), hints + (row - 1L) / Long.SIZE * Long.BYTES, 1L << (row - 1));
    assertThat(table.free.mayBeFree(row)).isFalse();
  }

  private void assertFree(int row) {
    assertThat(RowWord.state(table.rows.word(row))).isEqualTo(RowWord.FREE);
    assertThat(table.free.mayBeFree(row)).as("hint").isTrue();
  }

  private void assertLive(int row, long before) {
    assertThat(table.rows.word(row)).isEqualTo(RowWord.next(before, RowWord.LIVE));
  }

  @Test
  void nothingBegunIsNothingToEnd() {
    recover();

    assertThat(table.intents.count()).isEqualTo(11);
  }

  @Test
  void rowThatWasClaimedIsFree() {
    int row = table.free.claim(intent);

    end(
        row,
        () -> {
          assertFree(row);
          assertThat(rows.count()).isEqualTo(11);
        });
  }

  @Test
  void rowThatHasItsPlaceAndIsCountedButIsNotThereYetIsFreeAndItsPlaceAsWell() {
    int row = table.free.claim(intent);
    Key key = new Key("comes", table.seed);
    key.writeTo(table.rows.segment(row), table.rows.base(row), table.layout.keyOffset());
    int bucket = table.layout.bucketOf(key.hash());
    assertThat(table.index.holder(bucket)).isEqualTo(Owner.NOBODY);
    int place = table.index.freePlace(bucket);
    intent.setPlace(Index.place(bucket, place));
    put(row, bucket, place, Index.tag(key.hash()));
    intent.countCome();
    assertThat(rows.contains("comes")).isFalse();

    end(
        row,
        () -> {
          assertFree(row);
          assertThat(table.index.freePlace(bucket)).isEqualTo(place);
          assertThat(rows.count()).isEqualTo(11);
          assertThat(rows.contains("comes")).isFalse();
        });
    assertThat(put(rows, "comes", 5)).isEqualTo(WriteResult.APPLIED);
    assertThat(rows.count()).isEqualTo(12);
  }

  private void put(int row, int bucket, int place, int tag) {
    MemorySegment segment = Objects.requireNonNull(table.index.segmentOrNull(bucket));
    long base = table.index.base(bucket);
    Memory.setIntRelease(segment, base + 20 + (long) place * Integer.BYTES, row);
    Memory.setByteRelease(segment, base + 8 + place, (byte) tag);
  }

  @Test
  void rowThatWasHeldToChangeItIsAsItWas() {
    Key key = found("a");
    int row = hold(key, Intent.NO_PLACE);
    table.codec.writeNumber(intent.segment(), intent.asRow(), SCORE, 77);

    end(
        row,
        () -> {
          assertLive(row, key.word());
          assertThat(rows.get("a")).contains(new Player("n1", 1));
        });
  }

  @Test
  void rowThatWasHeldToRemoveItAndIsCountedAsGoneIsAsItWas() {
    Key key = found("a");
    int row = hold(key, key.place());
    intent.countGone();

    end(
        row,
        () -> {
          assertLive(row, key.word());
          assertThat(rows.count()).isEqualTo(11);
          assertThat(rows.get("a")).contains(new Player("n1", 1));
        });
  }

  @Test
  void rowThatIsOnItsWayFromTheIntentGetsThere() {
    Key key = found("a");
    int row = hold(key, Intent.NO_PLACE);
    MemorySegment segment = table.rows.segment(row);
    long base = table.rows.base(row);
    table.codec.copy(segment, base, intent.segment(), intent.asRow());
    table.codec.encode(PLAYER.mapper(), new Player("new", 2), intent);
    setWord(row, RowWord.held(key.word(), RowWord.MOVING, intent.owner()));
    table.codec.writeNumber(segment, base, SCORE, -77); // half of it was copied

    end(
        row,
        () -> {
          assertLive(row, key.word());
          assertThat(rows.get("a")).contains(new Player("new", 2));
          assertThat(rows.count()).isEqualTo(11);
        });
  }

  @Test
  void rowThatWasLeavingIsGone() {
    int row = leave(found("a"));

    assertGone(row);
  }

  @Test
  void rowThatWasLeavingWithoutItsTagIsGone() {
    Key key = found("a");
    int row = leave(key);
    int bucket = (int) (key.place() >>> 4);
    Memory.setByteRelease(
        table.index.segmentOrNull(bucket),
        table.index.base(bucket) + 8 + (key.place() & 15),
        (byte) 0);

    assertGone(row);
  }

  @Test
  void rowThatHadLeftItsPlaceIsGone() {
    Key key = found("a");
    int row = leave(key);
    table.index.clear(key.place(), row);

    assertGone(row);
  }

  private void assertGone(int row) {
    end(
        row,
        () -> {
          assertFree(row);
          assertThat(rows.contains("a")).isFalse();
          assertThat(rows.count()).isEqualTo(10);
        });
    assertThat(put(rows, "a", 3)).isEqualTo(WriteResult.APPLIED);
    assertThat(rows.count()).isEqualTo(11);
  }

  /** Its own is clear, and somebody has put another row there since. */
  @Test
  void placeThatAnotherRowHasNowIsLeftAlone() {
    Key key = found("a");
    Key other = found("other1");
    int row = leave(key);
    table.index.clear(key.place(), row);
    intent.setPlace(other.place());

    end(row, () -> assertThat(rows.number("other1", SCORE)).hasValue(1));
  }

  @Test
  void rowThatGaveWayIsGoneAlthoughTheOneThatWasToComeNeverDid() {
    Key key = found("a");
    int row = hold(key, key.place());
    new Remover(table.rows, table.index, table.free, table.finder)
        .replace(row, table.rows.word(row), key.place(), intent);
    assertThat(RowWord.state(table.rows.word(row))).isEqualTo(RowWord.FILLING);

    assertGone(row);
  }

  @Test
  void rowThatIsFreeAlreadyIsFoundAgain() {
    assertThat(remove(rows, "a")).isEqualTo(WriteResult.APPLIED);
    put(rows, "b", 1);
    int row = table.find(found("b"));
    assertThat(remove(rows, "b")).isEqualTo(WriteResult.APPLIED);
    intent.begin(row, Intent.NO_PLACE);
    hideHint(row); // claimRow takes the hint first

    end(row, () -> assertFree(row));
    assertThat(rows.count()).isEqualTo(10);
  }

  @Test
  void rowThatSomebodyElseHasIsLeftAlone() {
    Key key = found("a");
    int row = table.find(key);
    intent.begin(row, key.place()); // it was about to take it
    long held = RowWord.held(key.word(), RowWord.HELD, table.intents.withoutIntent());
    setWord(row, held);

    end(row, () -> assertThat(table.rows.word(row)).isEqualTo(held));

    setWord(row, key.word());
    intent.begin(row, key.place());
    end(row, () -> assertThat(rows.number("a", SCORE)).hasValue(1));
    assertThat(table.rows.word(row)).isEqualTo(key.word());
  }

  private int hold(Key key, long place) {
    int row = table.find(key);
    intent.begin(row, place);
    assertThat(
            table.rows.compareAndSet(
                row, key.word(), RowWord.held(key.word(), RowWord.HELD, intent.owner())))
        .isTrue();
    return row;
  }

  private int leave(Key key) {
    int row = hold(key, key.place());
    intent.countGone();
    setWord(
        row, RowWord.held(RowWord.next(key.word(), RowWord.FREE), RowWord.LEAVING, intent.owner()));
    return row;
  }

  @Test
  void storeIsFullOnlyIfNobodyIsAboutToFillARow() {
    for (int i = 0; rows.count() < 39; i++) {
      put(rows, "more" + i, i);
    }
    int row = table.free.claim(intent);
    intent.countCome(); // 40 are counted, and 39 are there

    assertThat(table.intents.wereThere(40, table.rows, List.of())).isFalse();
    assertThat(table.intents.wereThere(39, table.rows, List.of())).isFalse();

    end(row, () -> assertThat(rows.count()).isEqualTo(39));
    assertThat(table.intents.wereThere(39, table.rows, List.of())).isTrue();
    assertThat(table.intents.wereThere(40, table.rows, List.of())).isFalse();
    put(rows, "last", 1);
    assertThat(table.intents.wereThere(40, table.rows, List.of())).isTrue();
  }

  @Test
  void rowThatIsCountedAsGoneIsNotAmongThoseThatWereThere() {
    Key key = found("a");
    int row = hold(key, key.place());

    assertThat(table.intents.wereThere(11, table.rows, List.of())).isTrue();
    intent.countGone();
    assertThat(table.intents.wereThere(11, table.rows, List.of())).isFalse();
    assertThat(table.intents.hasCountedGone(intent.owner())).isTrue();

    end(row, () -> assertThat(table.intents.wereThere(11, table.rows, List.of())).isTrue());
  }
}
