package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.MaxBytes;
import io.zeal.Overflow;
import io.zeal.Schema;
import io.zeal.StoreOptions;
import io.zeal.ZealClosedException;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies of rows on the heap: there they are, and never are they older than their rows. */
class HotRowsTest extends SharedFixture {

  private static final int SCORE = 1;

  private TableBackend one;
  private TableBackend other;

  @BeforeEach
  void openTwo() {
    one = open();
    other = open();
  }

  @AfterEach
  void closeTwo() {
    one.close();
    other.close();
  }

  private Rows<Player> rowsOf(TableBackend instance) {
    return rows(instance, spec(100));
  }

  /** Read twice, so that it is on the heap. */
  private static void heat(Rows<Player> rows, String key) {
    assertThat(rows.get(key)).isPresent();
    assertThat(rows.get(key)).isPresent();
    assertThat(rows.number(key, SCORE)).isPresent();
  }

  @Test
  void rowThatIsReadAgainIsTheSameObject() {
    Rows<Player> rows = rowsOf(one);
    put(rows, "a", 1);

    Player first = rows.get("a").orElseThrow();

    assertThat(rows.get("a")).containsSame(first);
    assertThat(rowsOf(one).get("a")).as("another look at the store").containsSame(first);
    put(rows, "a", 1);
    assertThat(rows.get("a").orElseThrow()).isEqualTo(first).isNotSameAs(first);
  }

  /** The same columns as {@link Player}. */
  record Namesake(@MaxBytes(32) String name, long score) {}

  @Test
  void classesOfOneStoreHaveCopiesOfTheirOwn() {
    Rows<Player> players = rowsOf(one);
    Schema<Namesake> schema = Schema.of(Namesake.class, MethodHandles.lookup());
    Rows<Namesake> namesakes =
        one.rows(
            new StoreSpec<>("shared", schema, StoreOptions.defaults().withCapacity(100), null));
    put(players, "a", 1);

    for (int i = 0; i < 3; i++) {
      assertThat(players.get("a")).contains(new Player("n" + (i + 1), i + 1));
      assertThat(namesakes.get("a")).contains(new Namesake("n" + (i + 1), i + 1));
      assertThat(players.get("a")).contains(new Player("n" + (i + 1), i + 1));
      put(players, "a", i + 2);
    }
    var _ = namesakes.write(new Write.Add<>("a", SCORE, 10, new Condition.Always<>()));
    assertThat(players.get("a")).contains(new Player("n4", 14));
  }

  @SuppressWarnings("ArrayRecordComponent") // what is asked about
  record Blob(@MaxBytes(8) byte[] bytes, long number) {}

  @Test
  void rowWithBytesIsNotHandedOutTwice() {
    StoreSpec<Blob> spec =
        new StoreSpec<>(
            "blobs",
            Schema.of(Blob.class, MethodHandles.lookup()),
            StoreOptions.defaults().withCapacity(10),
            null);
    Rows<Blob> rows = rows(one, spec);
    byte[] given = {1, 2, 3};
    put(rows, "a", new Blob(given, 1));
    put(rows, "a", new Blob(given, 2)); // where it is known to be
    given[0] = 99;

    byte[] read = rows.get("a").orElseThrow().bytes();
    assertThat(read).containsExactly(1, 2, 3);
    Arrays.fill(read, (byte) 0);
    rows.bytes("a", 0).ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));

    assertThat(rows.get("a").orElseThrow().bytes()).containsExactly(1, 2, 3);
    assertThat(rows.bytes("a", 0).orElseThrow()).containsExactly(1, 2, 3);
  }

  private static <R> WriteResult put(Rows<R> rows, String key, R row) {
    return rows.write(new Write.Put<>(key, row, 0, new Condition.Always<>()));
  }

  record Pair(int left, long right) {}

  private static StoreSpec<Pair> pairs() {
    return new StoreSpec<>(
        "pairs",
        Schema.of(Pair.class, MethodHandles.lookup()),
        StoreOptions.defaults().withCapacity(1),
        null);
  }

  /** The rows of an instance that keeps every number it reads, or none. */
  private Rows<Pair> pairsOf(TableBackend instance, int numbersPerKept) {
    TableRows<Pair> rows = (TableRows<Pair>) rows(instance, pairs());
    rows.hot.numbersPerKept = numbersPerKept;
    return rows;
  }

  @Test
  void numberThatIsReadAgainIsTheSameObjectUntilItsRowChanges() {
    Rows<Pair> mine = pairsOf(one, 1);
    Rows<Pair> theirs = pairsOf(other, Integer.MAX_VALUE);
    put(mine, "a", new Pair(1_000, 2_000));
    var _ = mine.number("a", 1);

    OptionalLong first = mine.number("a", 1);
    assertThat(first).hasValue(2_000);
    assertThat((Object) mine.number("a", 1)).isSameAs(first);
    assertThat(mine.get("a")).contains(new Pair(1_000, 2_000));
    assertThat((Object) mine.number("a", 1)).as("beside the whole row").isSameAs(first);
    assertThat(mine.number("a", 0)).as("another column").hasValue(1_000);
    assertThat(mine.number("a", 1)).hasValue(2_000);
    assertThat(mine.get("a")).contains(new Pair(1_000, 2_000));

    assertThat(theirs.add("a", 1, 5)).isEqualTo(2_005);
    assertThat(mine.number("a", 1)).hasValue(2_005);
    assertThat(mine.get("a")).as("the whole row of before").contains(new Pair(1_000, 2_005));
    assertThat(theirs.add("a", 0, 5)).isEqualTo(1_005);
    assertThat(mine.get("a")).contains(new Pair(1_005, 2_005));
    assertThat(mine.number("a", 1)).hasValue(2_005);
    assertThat(mine.number("a", 0)).as("the number of before").hasValue(1_005);
    put(theirs, "a", new Pair(7, 8));
    assertThat(mine.number("a", 0)).hasValue(7);
    assertThat(mine.number("a", 1)).hasValue(8);
  }

  @Test
  void whoeverClosedAddsNothing() {
    Rows<Player> mine = rowsOf(one);
    put(mine, "a", 1);
    heat(mine, "a");
    assertThat(mine.add("a", SCORE, 1)).isEqualTo(2);
    one.close();

    assertThatExceptionOfType(ZealClosedException.class).isThrownBy(() -> mine.add("a", SCORE, 1));
    assertThat(rowsOf(other).number("a", SCORE)).hasValue(2);
  }

  private static @Nullable Runnable beforeTheNextName;

  /** A row that lets something happen while it is put. */
  record Dawdler(@MaxBytes(32) String name, long score) {
    @Override
    public String name() {
      Runnable first = beforeTheNextName;
      beforeTheNextName = null;
      if (first != null) {
        first.run();
      }
      return name;
    }
  }

  @Test
  void putInThePlaceOfARowThatOthersSawExpireLivesFromThen() {
    StoreSpec<Dawdler> spec =
        new StoreSpec<>(
            "dawdlers",
            Schema.of(Dawdler.class, MethodHandles.lookup()),
            StoreOptions.defaults().withCapacity(10).withTtl(Duration.ofMillis(10)),
            null);
    Rows<Dawdler> mine = rows(one, spec);
    Rows<Dawdler> theirs = rows(other, spec);
    Write<Dawdler> put = new Write.Put<>("a", new Dawdler("n", 1), 10, new Condition.Always<>());
    assertThat(mine.write(put)).isEqualTo(WriteResult.APPLIED);
    assertThat(mine.get("a")).isPresent();
    clock.advance(Duration.ofMillis(11));
    beforeTheNextName =
        () -> {
          clock.advance(Duration.ofMillis(4));
          assertThat(theirs.get("a")).as("behind its time").isEmpty();
        };

    assertThat(mine.write(put)).isEqualTo(WriteResult.APPLIED);

    clock.advance(Duration.ofMillis(10));
    assertThat(theirs.get("a")).as("its last millisecond").isPresent();
    clock.advance(Duration.ofMillis(1));
    assertThat(theirs.get("a")).isEmpty();
  }

  @Test
  void whatAnotherInstanceChangesIsReadAtOnce() {
    Rows<Player> mine = rowsOf(one);
    Rows<Player> theirs = rowsOf(other);
    put(mine, "a", 1);
    heat(mine, "a");
    heat(theirs, "a");

    for (int i = 2; i < 20; i++) {
      put(theirs, "a", i);
      assertThat(mine.get("a")).contains(new Player("n" + i, i));
      assertThat(mine.number("a", SCORE)).hasValue(i);
      assertThat(add(mine, "a", 1)).isEqualTo(new WriteResult.Added(i + 1));
      assertThat(theirs.get("a")).contains(new Player("n" + i, i + 1));
      assertThat(add(theirs, "a", -1)).isEqualTo(new WriteResult.Added(i));
    }
    var _ =
        theirs.write(
            new Write.Patch<>(
                "a",
                List.of(new Write.Change(0, "patched"), new Write.Change(SCORE, 5L)),
                new Condition.Always<>()));
    assertThat(mine.get("a")).contains(new Player("patched", 5));
    assertThat(mine.text("a", 0)).contains("patched");
  }

  @Test
  void rowThatAnotherInstanceRemovedIsGoneAndItsPlaceInMemoryIsAnothers() {
    StoreSpec<Player> ofOne = spec("tight", StoreOptions.defaults().withCapacity(1));
    Rows<Player> mine = rows(one, ofOne);
    Rows<Player> theirs = rows(other, ofOne);
    put(mine, "a", 1);
    heat(mine, "a");

    remove(theirs, "a");
    assertThat(mine.get("a")).isEmpty();
    assertThat(mine.number("a", SCORE)).isEmpty();
    assertThat(mine.contains("a")).isFalse();

    put(theirs, "b", 7); // there is but one row
    assertThat(mine.get("a")).isEmpty();
    assertThat(mine.number("a", SCORE)).isEmpty();
    assertThat(mine.text("a", 0)).isEmpty();
    assertThat(mine.get("b")).contains(new Player("n7", 7));
    assertThat(remove(mine, "a")).isEqualTo(WriteResult.SKIPPED);
    assertThat(theirs.get("b")).contains(new Player("n7", 7));
  }

  @Test
  void writesOfAKeyWhoseRowIsAnothersNowGoToARowOfItsOwn() {
    Rows<Player> mine = rowsOf(one);
    Rows<Player> theirs = rowsOf(other);
    put(mine, "a", 1);
    put(mine, "c", 1);
    heat(mine, "a");
    heat(mine, "c");
    remove(theirs, "a");
    remove(theirs, "c");
    for (int i = 0; i < 98; i++) {
      put(theirs, "b" + i, i); // some of them where those were
    }

    assertThat(add(mine, "a", 5)).isEqualTo(new WriteResult.Added(5));
    assertThat(put(mine, "c", 6)).isEqualTo(WriteResult.APPLIED);

    assertThat(theirs.get("a")).contains(new Player("", 5));
    assertThat(theirs.get("c")).contains(new Player("n6", 6));
    for (int i = 0; i < 98; i++) {
      assertThat(theirs.get("b" + i)).contains(new Player("n" + i, i));
    }
    assertThat(mine.count()).isEqualTo(100);
  }

  @Test
  void rowThatWentAndCameAgainIsTheNewOne() {
    Rows<Player> mine = rowsOf(one);
    Rows<Player> theirs = rowsOf(other);
    put(mine, "a", 1);
    heat(mine, "a");
    remove(theirs, "a");
    put(theirs, "between", 3);
    put(theirs, "a", 2);

    assertThat(mine.get("a")).contains(new Player("n2", 2));
    assertThat(mine.number("a", SCORE)).hasValue(2);
    theirs.clear();
    assertThat(mine.get("a")).isEmpty();
    assertThat(mine.contains("between")).isFalse();
    put(theirs, "a", 9);
    assertThat(mine.get("a")).contains(new Player("n9", 9));
  }

  @Test
  void rowThatGaveWayIsGone() {
    StoreSpec<Player> evicting =
        spec("few", StoreOptions.defaults().withCapacity(3).withOverflow(Overflow.EVICT));
    Rows<Player> mine = rows(one, evicting);
    Rows<Player> theirs = rows(other, evicting);
    for (String key : List.of("a", "b", "c")) {
      put(mine, key, 1);
      heat(mine, key);
    }
    for (int i = 0; i < 9; i++) {
      put(theirs, "new" + i, i);
    }

    assertThat(theirs.count()).isEqualTo(3);
    for (String key : List.of("a", "b", "c")) {
      boolean isThere = theirs.page("", 10).stream().anyMatch(entry -> entry.key().equals(key));
      assertThat(mine.get(key).isPresent()).as(key).isEqualTo(isThere);
      assertThat(mine.number(key, SCORE).isPresent()).as(key).isEqualTo(isThere);
    }
    assertThat(mine.contains("new8")).isTrue();
  }

  /** Who reads a copy uses the row. */
  @Test
  void rowThatIsReadFromTheHeapAgainAndAgainIsSpared() {
    StoreSpec<Player> evicting =
        spec("few", StoreOptions.defaults().withCapacity(4).withOverflow(Overflow.EVICT));
    Rows<Player> mine = rows(one, evicting);
    for (String key : List.of("hot", "b", "c", "d")) {
      put(mine, key, 1);
    }
    heat(mine, "hot");

    for (int i = 0; i < 20; i++) {
      put(mine, "new" + i, i);
      assertThat(mine.get("hot")).as("after %d", i).isPresent();
    }
  }

  @Test
  void rowThatExpiredIsGoneAndComesAgain() {
    Rows<Player> mine = rowsOf(one);
    put(mine, "a", 1, 10);
    put(mine, "b", 1, 10);
    put(mine, "c", 1, 10);
    for (String key : List.of("a", "b", "c")) {
      heat(mine, key);
    }
    clock.advance(Duration.ofMillis(10));
    assertThat(mine.get("a")).as("its last millisecond").isPresent();

    clock.advance(Duration.ofMillis(1));
    assertThat(mine.get("a")).isEmpty();
    assertThat(mine.number("a", SCORE)).isEmpty();
    assertThat(mine.contains("a")).isFalse();
    assertThat(put(mine, "a", 2, 10)).isEqualTo(WriteResult.APPLIED);
    assertThat(add(mine, "b", 5)).isEqualTo(new WriteResult.Added(5));
    assertThat(remove(mine, "c")).isEqualTo(WriteResult.SKIPPED);

    assertThat(mine.get("a")).contains(new Player("n2", 2));
    assertThat(mine.get("b")).contains(new Player("", 5));
    assertThat(mine.count()).isEqualTo(2);
    clock.advance(Duration.ofMillis(11));
    assertThat(mine.get("a")).isEmpty();
    assertThat(mine.get("b")).as("it came without a time to live").isPresent();
    assertThat(mine.count()).isEqualTo(1);
  }

  /** Who counts looks only where something may have expired. */
  @Test
  void rowThatIsGivenATimeToLiveWhereItIsKnownToBeIsNotCountedAfterIt() {
    Rows<Player> mine = rowsOf(one);
    put(mine, "a", 1);
    heat(mine, "a");
    assertThat(mine.count()).isEqualTo(1);

    put(mine, "a", 2, 10);
    clock.advance(Duration.ofMillis(11));

    assertThat(mine.count()).isZero();
    assertThat(mine.page("", 10)).isEmpty();
  }

  @Test
  void timeToLiveThatAnotherInstanceChangedCounts() {
    Rows<Player> mine = rowsOf(one);
    Rows<Player> theirs = rowsOf(other);
    put(mine, "longer", 1, 10);
    put(mine, "shorter", 1);
    heat(mine, "longer");
    heat(mine, "shorter");
    var _ = theirs.write(new Write.Touch<>("longer", 100, new Condition.Always<>()));
    var _ = theirs.write(new Write.Touch<>("shorter", 20, new Condition.Always<>()));

    clock.advance(Duration.ofMillis(21));

    assertThat(mine.get("longer")).isPresent();
    assertThat(mine.number("longer", SCORE)).hasValue(1);
    assertThat(mine.get("shorter")).isEmpty();
    assertThat(mine.number("shorter", SCORE)).isEmpty();
  }

  @Test
  void withoutCopiesEveryReadIsOfTheRow() {
    try (TableBackend none = open(64L << 20, 100, 0)) {
      Rows<Player> mine = rows(none, spec(100));
      Rows<Player> theirs = rowsOf(other);
      for (int i = 0; i < 5; i++) {
        put(mine, "k" + i, i);
        put(mine, "k" + i, i + 1);
      }

      assertThat(mine.get("k1").orElseThrow())
          .isEqualTo(new Player("n2", 2))
          .isNotSameAs(mine.get("k1").orElseThrow());
      assertThat(add(theirs, "k1", 1)).isEqualTo(new WriteResult.Added(3));
      assertThat(mine.number("k1", SCORE)).hasValue(3);
      assertThat(add(mine, "k1", 1)).isEqualTo(new WriteResult.Added(4));
      assertThat(mine.get("k1")).contains(new Player("n2", 4));
      assertThat(mine.count()).isEqualTo(5);
    }
  }

  private long number(String name) {
    return one.stats().parts().get("stores").parts().get("shared").numbers().get(name);
  }

  @Test
  void statisticsTellHowManyThereAreAndClearLetsAllGo() {
    Rows<Player> rows = rowsOf(one);
    assertThat(number("hotRowsLimit")).isZero();
    for (int i = 0; i < 5; i++) {
      put(rows, "k" + i, i);
      heat(rows, "k" + i);
    }

    assertThat(number("hotRows")).isEqualTo(5);
    assertThat(number("hotRowsLimit")).isEqualTo(100);

    rows.clear();
    assertThat(number("hotRows")).isZero();
    assertThat(rows.get("k1")).isEmpty();
  }

  @Test
  void whoAsksGetsNoMoreThanHalfOfTheMemoryThatIsLeftAndOnlyOnce() {
    HotMemory memory = new HotMemory(1 << 20, 1 << 20);
    var _ = rowsOf(one);
    TableLayout layout = one.table("shared").layout;
    HotRows<Player> first = new HotRows<>(layout, memory);
    HotRows<Player> second = new HotRows<>(layout, memory);

    assertThat(memory.rows(first, 1 << 20, 96, 16)).isEqualTo(2048);
    assertThat(memory.rows(first, 1 << 20, 96, 16)).isEqualTo(2048);
    assertThat(memory.rows(second, 1 << 20, 96, 16)).isEqualTo(1024);
    assertThat(memory.rows(new HotRows<>(layout, memory), 10, 128, 8)).isEqualTo(10);
    assertThat(memory.rows(new HotRows<>(layout, memory), 10, 128, 16)).isZero();
    assertThat(new HotMemory(0).rows(first, 1 << 20, 96, 16)).isZero();
  }

  @Test
  void countOfThoseThatFoundNoRoomMayBeginAnew() {
    Rows<Player> rows = rowsOf(one);
    put(rows, "a", 1);
    Table table = one.table("shared");
    int row = table.find(new Key("a", table.seed));
    HotRows<Player> few = new HotRows<>(table.layout, new HotMemory(16));
    few.refused = Integer.MIN_VALUE;

    for (int i = 0; i < 200; i++) {
      few.keep(HotRows.Hot.of("k" + i, row, table.rows));
    }

    assertThat(few.count()).isEqualTo(16);
    assertThat(few.refused).isBetween(Integer.MIN_VALUE + 1, 0);
  }

  @Test
  void slotsWithoutMemoryForTheirRowsStayEmpty() {
    Rows<Player> rows = rowsOf(one);
    put(rows, "a", 1);
    Table table = one.table("shared");
    int row = table.find(new Key("a", table.seed));
    HotRows<Player> some = new HotRows<>(table.layout, new HotMemory(1 << 20));

    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 1_000; i++) {
        some.keep(HotRows.Hot.of("k" + i, row, table.rows));
      }
      assertThat(some.count()).isEqualTo(100);
      some.clear();
    }
  }

  /** More keys than there are slots: some are kept, and all are right. */
  @Test
  void keysThatShareSlotsAreToldApart() {
    try (TableBackend few = open(64L << 20, 100, 16)) {
      Rows<Player> mine = rows(few, spec(100));
      for (int i = 0; i < 60; i++) {
        put(mine, "k" + i, i);
      }
      for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 60; i++) {
          assertThat(mine.get("k" + i)).contains(new Player("n" + i, i + round));
          assertThat(add(mine, "k" + i, 1)).isEqualTo(new WriteResult.Added(i + round + 1));
          assertThat(mine.number("k" + i, SCORE)).hasValue(i + round + 1);
        }
      }
      // the same hash code, so the same slots
      put(mine, "Aa", 1);
      put(mine, "BB", 2);
      for (int i = 0; i < 3; i++) {
        assertThat(mine.number("Aa", SCORE)).hasValue(1);
        assertThat(mine.get("BB")).contains(new Player("n2", 2));
        assertThat(mine.get("Aa")).contains(new Player("n1", 1));
      }
    }
  }
}
