package io.zeal.tck;

import static io.zeal.tck.Player.ALICE;
import static io.zeal.tck.Player.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.BulkException;
import io.zeal.BulkResult;
import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.CodecException;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Patch;
import io.zeal.ReadOptions;
import io.zeal.Schema;
import io.zeal.SchemaException;
import io.zeal.Store;
import io.zeal.ZealException;
import java.lang.invoke.MethodHandles;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Rows one by one and many at once: {@code docs/contract/store.md} S1, S2, S3, S11 and S12. */
public abstract class StoreTck extends BackendTck {

  /** For a subclass in the backend's tests. */
  protected StoreTck() {}

  // S1: a row that is not there

  @Test
  void s1_1_absentRowIsEmptyInEveryView() {
    Store<Sample> store = samples();
    assertThat(store.get("none")).as("S1.1 get of a key never put").isEmpty();
    assertThat(store.read("none", ReadOptions.defaults()))
        .as("S1.1 read of a key never put")
        .isEmpty();
    assertThat(store.contains("none")).as("S1.1 contains of a key never put").isFalse();
    assertThat(store.getLong("none", "large")).as("S1.1 getLong of a key never put").isEmpty();
    assertThat(store.getDouble("none", "real")).as("S1.1 getDouble of a key never put").isEmpty();
    assertThat(store.getBoolean("none", "flag")).as("S1.1 getBoolean of a key never put").isEmpty();
    assertThat(store.getString("none", "text")).as("S1.1 getString of a key never put").isEmpty();
    assertThat(store.getBytes("none", "bytes")).as("S1.1 getBytes of a key never put").isEmpty();
    assertThat(store.getAll(List.of("none")).values())
        .as("S1.1 getAll of a key never put")
        .isEmpty();
  }

  @Test
  void s1_2_zeroIsAValue() {
    Store<Sample> store = samples();
    store.put("zero", Sample.ZERO);
    assertThat(store.get("zero")).as("S1.2 get of a row of zeros").contains(Sample.ZERO);
    assertThat(store.contains("zero")).as("S1.2 contains of a row of zeros").isTrue();
    assertThat(store.getLong("zero", "large")).as("S1.2 getLong of a stored 0").hasValue(0);
    assertThat(store.getDouble("zero", "real")).as("S1.2 getDouble of a stored 0.0").hasValue(0d);
    assertThat(store.getDouble("zero", "single"))
        .as("S1.2 getDouble of a stored 0.0f")
        .hasValue(0d);
    assertThat(store.getBoolean("zero", "flag")).as("S1.2 getBoolean of false").contains(false);
    assertThat(store.getString("zero", "text")).as("S1.2 getString of \"\"").contains("");
    assertThat(store.getBytes("zero", "bytes").map(b -> b.length))
        .as("S1.2 length of a stored empty array")
        .contains(0);
  }

  @Test
  void s1_3_numbersComeBackExactly() {
    Store<Sample> store = samples();
    List<Sample> rows =
        List.of(
            new Sample(
                true,
                Byte.MAX_VALUE,
                Short.MAX_VALUE,
                Integer.MAX_VALUE,
                Long.MAX_VALUE,
                Float.MAX_VALUE,
                Double.MAX_VALUE,
                "",
                new byte[0]),
            new Sample(
                false,
                Byte.MIN_VALUE,
                Short.MIN_VALUE,
                Integer.MIN_VALUE,
                Long.MIN_VALUE,
                Float.MIN_VALUE,
                Double.MIN_VALUE,
                "",
                new byte[0]),
            new Sample(true, (byte) -1, (short) -1, -1, -1L, -0.0f, -0.0d, "", new byte[0]),
            new Sample(false, (byte) 1, (short) 1, 1, (1L << 53) + 1, 0.1f, 0.1d, "", new byte[0]),
            Sample.ZERO.withFloating(Float.NaN, Double.NaN),
            Sample.ZERO.withFloating(Float.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
    for (int i = 0; i < rows.size(); i++) {
      store.put("row" + i, rows.get(i));
      assertThat(store.get("row" + i)).as("S1.3 get of %s", rows.get(i)).contains(rows.get(i));
    }
    store.put("nan", Sample.ZERO.withFloating(Sample.FLOAT_NAN, Sample.DOUBLE_NAN));
    assertThat(store.get("nan"))
        .as("S1.3 get of a NaN of another payload, expected as that of Java")
        .contains(Sample.ZERO.withFloating(Float.NaN, Double.NaN));
  }

  @Test
  void s1_3_textComesBackExactly() {
    Store<Sample> store = samples();
    for (String text : Texts.VALUES) {
      store.put("text", Sample.SOME.withText(text));
      assertThat(store.getString("text", "text"))
          .as("S1.3 text %s", Texts.show(text))
          .contains(text);
    }
  }

  @Test
  void s1_3_bytesComeBackExactly() {
    Store<Sample> store = samples();
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    store.put("bytes", Sample.SOME.withBytes(all));
    assertThat(store.getBytes("bytes", "bytes"))
        .as("S1.3 an array of every byte")
        .hasValueSatisfying(
            found -> assertThat(found).as("S1.3 an array of every byte").isEqualTo(all));
  }

  @Test
  void s1_4_oneColumnIsReadAlone() {
    Store<Sample> store = samples();
    store.put("k", Sample.SOME);
    assertThat(store.getBoolean("k", "flag")).as("S1.4 getBoolean of BOOLEAN").contains(true);
    assertThat(store.getLong("k", "tiny")).as("S1.4 getLong of BYTE").hasValue(1);
    assertThat(store.getLong("k", "small")).as("S1.4 getLong of SHORT").hasValue(2);
    assertThat(store.getLong("k", "medium")).as("S1.4 getLong of INT").hasValue(3);
    assertThat(store.getLong("k", "large")).as("S1.4 getLong of LONG").hasValue(4);
    assertThat(store.getDouble("k", "single")).as("S1.4 getDouble of FLOAT").hasValue(5.5);
    assertThat(store.getDouble("k", "real")).as("S1.4 getDouble of DOUBLE").hasValue(6.25);
    assertThat(store.getString("k", "text")).as("S1.4 getString of TEXT").contains("seven");
    assertThat(store.getBytes("k", "bytes"))
        .as("S1.4 getBytes of BYTES")
        .hasValueSatisfying(
            found -> assertThat(found).as("S1.4 getBytes of BYTES").containsExactly(8, 9));
  }

  @Test
  void s1_5_aColumnThatDoesNotFitIsRefused() {
    Store<Player> store = players();
    store.put("k", ALICE);
    for (String key : List.of("k", "none")) {
      refused(
          "S1.5 getLong of an unknown column",
          SchemaException.class,
          ErrorCode.UNKNOWN_COLUMN,
          () -> store.getLong(key, "points"));
      refused(
          "S1.5 getLong of a TEXT column",
          SchemaException.class,
          ErrorCode.COLUMN_TYPE,
          () -> store.getLong(key, "name"));
      refused(
          "S1.5 getDouble of a LONG column",
          SchemaException.class,
          ErrorCode.COLUMN_TYPE,
          () -> store.getDouble(key, "score"));
      refused(
          "S1.5 getBoolean of a LONG column",
          SchemaException.class,
          ErrorCode.COLUMN_TYPE,
          () -> store.getBoolean(key, "score"));
      refused(
          "S1.5 getString of a LONG column",
          SchemaException.class,
          ErrorCode.COLUMN_TYPE,
          () -> store.getString(key, "score"));
      refused(
          "S1.5 getBytes of a TEXT column",
          SchemaException.class,
          ErrorCode.COLUMN_TYPE,
          () -> store.getBytes(key, "name"));
    }
  }

  @Test
  void s1_6_arraysAreCopiedInAndOut() {
    Store<Sample> store = samples();
    byte[] given = {1, 2, 3};
    store.put("k", Sample.SOME.withBytes(given));
    given[0] = 99;
    byte[] read = store.get("k").orElseThrow().bytes();
    assertThat(read)
        .as("S1.6 the row after the array that was put was changed")
        .containsExactly(1, 2, 3);
    read[0] = 99;
    byte[] column = store.getBytes("k", "bytes").orElseThrow();
    assertThat(column)
        .as("S1.6 the row after an array that was read was changed")
        .containsExactly(1, 2, 3);
    column[0] = 99;
    assertThat(store.get("k").orElseThrow().bytes())
        .as("S1.6 the row after a column that was read was changed")
        .containsExactly(1, 2, 3);
  }

  /** A record that does not take every row. */
  record Picky(long level) {
    Picky {
      if (level < 0) {
        throw new IllegalArgumentException("below zero");
      }
    }
  }

  @Test
  void s1_8_containsCachedSaysWhetherARowWouldBeFound() {
    Store<Sample> store = samples();
    assertThat(store.containsCached("zero")).as("S1.8 before the row was put").isFalse();
    store.put("zero", Sample.ZERO);
    assertThat(store.containsCached("zero")).as("S1.8 a row of zeros").isTrue();
    store.remove("zero");
    assertThat(store.containsCached("zero")).as("S1.8 a row that was removed here").isFalse();
  }

  @Test
  void s1_7_rowThatItsRecordRefusesIsNamedAndCanBeMended() {
    String name = freshName();
    Store<Picky> store = store(name, Schema.of(Picky.class, MethodHandles.lookup()));
    store.put("good", new Picky(1));
    store.put("bad", new Picky(1));
    store.increment("bad", "level", -5);

    assertNamed("get", name, () -> store.get("bad"));
    if (can(Capability.PAGE)) {
      assertNamed("page", name, () -> store.page("", 10));
    }
    BulkResult<Picky> all = store.getAll(List.of("good", "bad"));
    assertThat(all.values()).as("S1.7 the other rows of getAll").containsOnlyKeys("good");
    assertThat(all.failures()).as("S1.7 the failures of getAll").containsOnlyKeys("bad");

    store.increment("bad", "level", 5);
    assertThat(store.get("bad")).as("S1.7 the row once it is mended").contains(new Picky(1));
  }

  private static void assertNamed(String call, String store, ThrowingCallable action) {
    assertThat(refused("S1.7 " + call, CodecException.class, ErrorCode.CODEC, action))
        .as("S1.7 %s of a row that its record refuses", call)
        .hasMessageContainingAll("'" + store + "'", "'bad'");
  }

  // S2: put and patch

  @Test
  void s2_1_putReplacesTheWholeRow() {
    Store<Sample> store = samples();
    store.put("k", Sample.SOME);
    store.put("k", Sample.ZERO);
    assertThat(store.get("k")).as("S2.1 get after a second put").contains(Sample.ZERO);
  }

  @Test
  void s2_2_patchChangesOnlyTheNamedColumns() {
    Store<Sample> store = samples();
    store.put("k", Sample.SOME);
    boolean there = store.patch("k", Patch.set("medium", 30).and("text", "new"));
    assertThat(there).as("S2.2 patch of a row that exists").isTrue();
    Sample some = Sample.SOME;
    assertThat(store.get("k"))
        .as("S2.2 get after a patch of medium and text")
        .contains(
            new Sample(
                some.flag(),
                some.tiny(),
                some.small(),
                30,
                some.large(),
                some.single(),
                some.real(),
                "new",
                some.bytes()));
  }

  @Test
  void s2_3_patchOfAnAbsentRowDoesNothing() {
    Store<Player> store = players();
    assertThat(store.patch("none", Patch.set("score", 5)))
        .as("S2.3 patch of an absent row")
        .isFalse();
    assertThat(store.get("none")).as("S2.3 get after a patch of an absent row").isEmpty();
  }

  @Test
  void s2_4_patchThatDoesNotFitChangesNothing() {
    Store<Player> store = players();
    store.put("k", ALICE);
    refused(
        "S2.4 patch of an unknown column",
        SchemaException.class,
        ErrorCode.UNKNOWN_COLUMN,
        () -> store.patch("k", Patch.set("score", 1).and("points", 1)));
    refused(
        "S2.4 patch with a value of another type",
        SchemaException.class,
        ErrorCode.COLUMN_TYPE,
        () -> store.patch("k", Patch.set("score", 1).and("name", 1)));
    refused(
        "S2.4 patch with a text too long",
        CapacityException.class,
        ErrorCode.VALUE_TOO_LONG,
        () -> store.patch("k", Patch.set("score", 1).and("name", "x".repeat(17))));
    assertThat(store.get("k")).as("S2.4 the row after patches that were refused").contains(ALICE);
  }

  @Test
  void s2_5_patchTakesWholeNumbersOfAnyWidthInRange() {
    Store<Sample> store = samples();
    store.put("k", Sample.SOME);
    store.patch("k", Patch.set("tiny", 127L).and("large", (byte) 7).and("real", 1.5f));
    assertThat(store.getLong("k", "tiny")).as("S2.5 a BYTE set to the long 127").hasValue(127);
    assertThat(store.getLong("k", "large")).as("S2.5 a LONG set to the byte 7").hasValue(7);
    assertThat(store.getDouble("k", "real")).as("S2.5 a DOUBLE set to the float 1.5").hasValue(1.5);
    refused(
        "S2.5 a BYTE set to 128",
        CapacityException.class,
        ErrorCode.NUMBER_OUT_OF_RANGE,
        () -> store.patch("k", Patch.set("tiny", 128)));
    assertThat(store.getLong("k", "tiny")).as("S2.5 a BYTE after 128 was refused").hasValue(127);
  }

  // S3: increment

  @Test
  void s3_1_incrementAddsAndAnswersTheSum() {
    Store<Sample> store = samples();
    store.put("k", Sample.SOME);
    assertThat(store.increment("k", "large", 38)).as("S3.1 4 + 38").isEqualTo(42);
    assertThat(store.increment("k", "large", -50)).as("S3.1 42 - 50").isEqualTo(-8);
    Sample some = Sample.SOME;
    assertThat(store.get("k"))
        .as("S3.1 the row after two increments of large")
        .contains(
            new Sample(
                some.flag(),
                some.tiny(),
                some.small(),
                some.medium(),
                -8,
                some.single(),
                some.real(),
                some.text(),
                some.bytes()));
  }

  @Test
  void s3_2_incrementIsExactOverTheWholeRange() {
    Store<Player> store = players();
    long above = (1L << 53) + 1;
    store.put("k", new Player("", above));
    assertThat(store.increment("k", "score", 2)).as("S3.2 2^53 + 1 + 2").isEqualTo(above + 2);
    store.put("k", new Player("", Long.MAX_VALUE - 1));
    assertThat(store.increment("k", "score", 1))
        .as("S3.2 up to the greatest long")
        .isEqualTo(Long.MAX_VALUE);
    store.put("k", new Player("", Long.MIN_VALUE));
    assertThat(store.increment("k", "score", Long.MAX_VALUE))
        .as("S3.2 least + greatest")
        .isEqualTo(-1);
    store.put("k", new Player("", 0));
    assertThat(store.increment("k", "score", Long.MIN_VALUE))
        .as("S3.2 0 + least")
        .isEqualTo(Long.MIN_VALUE);
    assertThat(store.getLong("k", "score")).as("S3.2 what is stored then").hasValue(Long.MIN_VALUE);
  }

  @Test
  void s3_3_sumOutsideTheColumnsRangeChangesNothing() {
    Store<Sample> store = samples();
    Sample full =
        new Sample(
            true,
            Byte.MAX_VALUE,
            Short.MIN_VALUE,
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            0f,
            0d,
            "",
            new byte[0]);
    store.put("k", full);
    Map<String, Long> outside = Map.of("tiny", 1L, "small", -1L, "medium", 1L, "large", 1L);
    outside.forEach((column, delta) ->
        refused(
            "S3.3 " + column + " beyond its range",
            CapacityException.class,
            ErrorCode.NUMBER_OUT_OF_RANGE,
            () -> store.increment("k", column, delta)));
    refused(
        "S3.3 tiny by more than a byte",
        CapacityException.class,
        ErrorCode.NUMBER_OUT_OF_RANGE,
        () -> store.increment("k", "tiny", 256));
    assertThat(store.get("k")).as("S3.3 the row after sums out of range").contains(full);
  }

  @Test
  void s3_4_incrementOfAnAbsentRowStartsFromZeros() {
    Store<Sample> store = samples();
    assertThat(store.increment("k", "medium", 5))
        .as("S3.4 increment of an absent row")
        .isEqualTo(5);
    assertThat(store.get("k"))
        .as("S3.4 the row that an increment created")
        .contains(new Sample(false, (byte) 0, (short) 0, 5, 0, 0f, 0d, "", new byte[0]));
    assertThat(store.increment("zero", "medium", 0))
        .as("S3.4 increment by 0 of an absent row")
        .isZero();
    assertThat(store.get("zero")).as("S3.4 the row that it created").contains(Sample.ZERO);
  }

  @Test
  void s3_4_incrementThatDoesNotFitCreatesNoRow() {
    Store<Sample> store = samples();
    refused(
        "S3.4 128 to an absent BYTE",
        CapacityException.class,
        ErrorCode.NUMBER_OUT_OF_RANGE,
        () -> store.increment("k", "tiny", 128));
    assertThat(store.contains("k")).as("S3.4 a row after an increment that was refused").isFalse();
  }

  @Test
  void s3_5_floatingIncrementIsOneJavaAddition() {
    Store<Sample> store = samples();
    store.put("k", Sample.ZERO.withFloating(0.1f, 0.1d));
    assertThat(store.increment("k", "real", 0.2d))
        .as("S3.5 0.1 + 0.2 as DOUBLE")
        .isEqualTo(0.1d + 0.2d);
    assertThat(store.increment("k", "single", 0.2d))
        .as("S3.5 0.1 + 0.2 as FLOAT")
        .isEqualTo(0.1f + 0.2f);
    store.put("k", Sample.ZERO.withFloating(16_777_216f, 9_007_199_254_740_992d));
    assertThat(store.increment("k", "real", 1d))
        .as("S3.5 2^53 + 1 as DOUBLE is 2^53")
        .isEqualTo(9_007_199_254_740_992d);
    assertThat(store.increment("k", "single", 1d))
        .as("S3.5 2^24 + 1 as FLOAT is 2^24")
        .isEqualTo(16_777_216f);
    store.put("k", Sample.ZERO.withFloating(0f, Double.MIN_VALUE));
    assertThat(store.increment("k", "real", Double.MIN_VALUE))
        .as("S3.5 the least double twice")
        .isEqualTo(2 * Double.MIN_VALUE);
    store.put("k", Sample.ZERO.withFloating(-0.0f, -0.0d));
    assertThat(Double.doubleToRawLongBits(store.increment("k", "real", -0.0d)))
        .as("S3.5 bits of -0.0 + -0.0")
        .isEqualTo(Double.doubleToRawLongBits(-0.0d));
  }

  @Test
  void s3_6_floatingSumThatIsNoNumberChangesNothing() {
    Store<Sample> store = samples();
    Sample greatest = Sample.ZERO.withFloating(Float.MAX_VALUE, Double.MAX_VALUE);
    store.put("k", greatest);
    refused(
        "S3.6 a DOUBLE beyond its range",
        CapacityException.class,
        ErrorCode.NUMBER_OUT_OF_RANGE,
        () -> store.increment("k", "real", Double.MAX_VALUE));
    refused(
        "S3.6 a FLOAT beyond its range",
        CapacityException.class,
        ErrorCode.NUMBER_OUT_OF_RANGE,
        () -> store.increment("k", "single", Float.MAX_VALUE));
    assertThat(store.get("k")).as("S3.6 the row after infinite sums").contains(greatest);
  }

  @Test
  void s3_7_deltaThatIsNoNumberIsRefused() {
    Store<Sample> store = samples();
    store.put("k", Sample.SOME);
    for (double delta :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      refused(
          "S3.7 a DOUBLE plus " + delta,
          InvalidArgumentException.class,
          () -> store.increment("k", "real", delta));
      refused(
          "S3.7 a FLOAT plus " + delta,
          InvalidArgumentException.class,
          () -> store.increment("k", "single", delta));
    }
    for (double delta : new double[] {Double.MAX_VALUE, -1e39}) {
      refused(
          "S3.7 a FLOAT plus " + delta + ", which no float can be",
          InvalidArgumentException.class,
          () -> store.increment("k", "single", delta));
    }
    assertThat(store.get("k"))
        .as("S3.7 the row after deltas that are no numbers")
        .contains(Sample.SOME);
  }

  @Test
  void s3_8_incrementOfAColumnOfAnotherTypeIsRefused() {
    Store<Sample> store = samples();
    for (String column : List.of("flag", "single", "real", "text", "bytes")) {
      refused(
          "S3.8 a long added to " + column,
          SchemaException.class,
          ErrorCode.COLUMN_TYPE,
          () -> store.increment("k", column, 1L));
    }
    for (String column : List.of("flag", "tiny", "large", "text", "bytes")) {
      refused(
          "S3.8 a double added to " + column,
          SchemaException.class,
          ErrorCode.COLUMN_TYPE,
          () -> store.increment("k", column, 1d));
    }
    refused(
        "S3.8 increment of an unknown column",
        SchemaException.class,
        ErrorCode.UNKNOWN_COLUMN,
        () -> store.increment("k", "points", 1L));
    assertThat(store.contains("k")).as("S3.8 a row after increments that were refused").isFalse();
  }

  // S11: conditions

  @Test
  void s11_1_putIfAbsentStoresOnlyWhereThereIsNoRow() {
    Store<Player> store = players();
    assertThat(store.putIfAbsent("k", ALICE)).as("S11.1 putIfAbsent of a new row").isTrue();
    assertThat(store.putIfAbsent("k", BOB)).as("S11.1 putIfAbsent over a row").isFalse();
    assertThat(store.get("k")).as("S11.1 the row after both").contains(ALICE);
  }

  @Test
  void s11_2_replaceComparesEveryColumn() {
    Store<Player> store = players();
    assertThat(store.replace("k", Player.ZERO, BOB)).as("S11.2 replace of an absent row").isFalse();
    assertThat(store.contains("k")).as("S11.2 the absent row after it").isFalse();
    store.put("k", ALICE);
    assertThat(store.replace("k", new Player("alice", 101), BOB))
        .as("S11.2 replace, score differs")
        .isFalse();
    assertThat(store.replace("k", new Player("alic", 100), BOB))
        .as("S11.2 replace, name differs")
        .isFalse();
    assertThat(store.get("k")).as("S11.2 the row after replaces that did not hold").contains(ALICE);
    assertThat(store.replace("k", ALICE, BOB)).as("S11.2 replace, all equal").isTrue();
    assertThat(store.get("k")).as("S11.2 the row after it").contains(BOB);
  }

  @Test
  void s11_3_rowsAreComparedByBitsAndContent() {
    Store<Sample> store = samples();
    Sample row = Sample.SOME.withFloating(Float.NaN, -0.0d).withBytes((byte) 1, (byte) 2);
    store.put("k", row);
    assertThat(store.remove("k", row.withFloating(Float.NaN, 0.0d)))
        .as("S11.3 0.0 for -0.0")
        .isFalse();
    assertThat(store.remove("k", row.withBytes((byte) 1, (byte) 3)))
        .as("S11.3 other bytes")
        .isFalse();
    assertThat(store.replace("k", row.withBytes((byte) 1, (byte) 2), row))
        .as("S11.3 NaN, -0.0 and an equal array of its own")
        .isTrue();
    Sample other = row.withFloating(Sample.FLOAT_NAN, -0.0d);
    assertThat(store.replace("k", other, Sample.SOME.withFloating(0f, Sample.DOUBLE_NAN)))
        .as("S11.3 replace, expecting a NaN of another payload")
        .isTrue();
    assertThat(store.compareAndSet("k", "real", Double.NaN, Sample.DOUBLE_NAN))
        .as("S11.3 compareAndSet from NaN to a NaN of another payload")
        .isTrue();
    assertThat(store.compareAndSet("k", "real", Sample.DOUBLE_NAN, 1d))
        .as("S11.3 compareAndSet, expecting a NaN of another payload")
        .isTrue();
    assertThat(store.compareAndSet("k", "single", 0f, Sample.FLOAT_NAN))
        .as("S11.3 compareAndSet from 0.0f to a NaN of another payload")
        .isTrue();
    assertThat(store.remove("k", Sample.SOME.withFloating(Float.NaN, 1d)))
        .as("S11.3 remove, expecting NaN where one of another payload was set")
        .isTrue();
  }

  @Test
  void s11_4_compareAndSetComparesOneColumn() {
    Store<Sample> store = samples();
    store.put("k", Sample.SOME.withFloating(Float.NaN, -0.0d));
    Map<String, List<Object>> steps = new LinkedHashMap<>();
    steps.put("flag", List.of(true, false));
    steps.put("tiny", List.of((byte) 1, (byte) 10));
    steps.put("small", List.of((short) 2, (short) 20));
    steps.put("medium", List.of(3, 30));
    steps.put("large", List.of(4L, 40L));
    steps.put("single", List.of(Float.NaN, 50f));
    steps.put("real", List.of(-0.0d, 60d));
    steps.put("text", List.of("seven", "eight"));
    steps.put("bytes", List.of(new byte[] {8, 9}, new byte[] {10}));
    steps.forEach((column, step) -> {
      assertThat(store.compareAndSet("k", column, step.get(1), step.get(1)))
          .as("S11.4 compareAndSet of %s, value differs", column)
          .isFalse();
      assertThat(store.compareAndSet("k", column, step.get(0), step.get(1)))
          .as("S11.4 compareAndSet of %s, value equal", column)
          .isTrue();
    });
    assertThat(store.get("k"))
        .as("S11.4 the row after every column was set")
        .contains(
            new Sample(false, (byte) 10, (short) 20, 30, 40L, 50f, 60d, "eight", new byte[] {10}));
  }

  @Test
  void s11_5_compareAndSetOfAnAbsentRowDoesNothing() {
    Store<Player> store = players();
    assertThat(store.compareAndSet("k", "score", 0L, 5L))
        .as("S11.5 expecting 0 of an absent row")
        .isFalse();
    assertThat(store.contains("k")).as("S11.5 the absent row after it").isFalse();
  }

  @Test
  void s11_6_compareAndSetThatDoesNotFitChangesNothing() {
    Store<Player> store = players();
    store.put("k", ALICE);
    refused(
        "S11.6 compareAndSet of an unknown column",
        SchemaException.class,
        ErrorCode.UNKNOWN_COLUMN,
        () -> store.compareAndSet("k", "points", 1, 2));
    refused(
        "S11.6 compareAndSet to a value of another type",
        SchemaException.class,
        ErrorCode.COLUMN_TYPE,
        () -> store.compareAndSet("k", "score", 100L, "many"));
    refused(
        "S11.6 compareAndSet from a value of another type",
        SchemaException.class,
        ErrorCode.COLUMN_TYPE,
        () -> store.compareAndSet("k", "score", "100", 1L));
    assertThat(store.compareAndSet("k", "name", "x".repeat(17), "bob"))
        .as("S11.6 expecting a text longer than its column")
        .isFalse();
    assertThat(store.get("k")).as("S11.6 the row after refusals").contains(ALICE);
    Store<Sample> samples = samples();
    samples.put("k", Sample.SOME);
    assertThat(samples.compareAndSet("k", "bytes", new byte[301], new byte[0]))
        .as("S11.6 expecting an array longer than its column")
        .isFalse();
    assertThat(samples.get("k")).as("S11.6 the row after it").contains(Sample.SOME);
  }

  @Test
  void s11_7_removeTellsWhetherThereWasARow() {
    Store<Player> store = players();
    assertThat(store.remove("k")).as("S11.7 remove of an absent row").isFalse();
    store.put("k", ALICE);
    assertThat(store.remove("k")).as("S11.7 remove of a row").isTrue();
    assertThat(store.get("k")).as("S11.7 get after remove").isEmpty();
    assertThat(store.remove("k")).as("S11.7 remove of a removed row").isFalse();
  }

  @Test
  void s11_8_removeOfAnExpectedRowComparesIt() {
    Store<Player> store = players();
    assertThat(store.remove("k", Player.ZERO)).as("S11.8 remove of an absent row").isFalse();
    store.put("k", ALICE);
    assertThat(store.remove("k", BOB)).as("S11.8 remove of another row").isFalse();
    assertThat(store.get("k")).as("S11.8 the row after it").contains(ALICE);
    assertThat(store.remove("k", ALICE)).as("S11.8 remove of an equal row").isTrue();
    assertThat(store.get("k")).as("S11.8 the row after that").isEmpty();
  }

  // S12: many keys

  @Test
  void s12_1_getAllAnswersTheRowsThereAre() {
    Store<Player> store = players();
    store.put("a", ALICE);
    store.put("b", BOB);
    BulkResult<Player> result = store.getAll(List.of("b", "none", "a"));
    assertThat(result.values())
        .as("S12.1 values of getAll")
        .isEqualTo(Map.of("a", ALICE, "b", BOB));
    assertThat(result.failures()).as("S12.1 failures of getAll").isEmpty();
  }

  @Test
  void s12_2_putAllStoresEveryRow() {
    Store<Player> store = players();
    store.put("a", BOB);
    BulkResult<Boolean> result = store.putAll(Map.of("a", ALICE, "b", BOB));
    assertThat(result.values())
        .as("S12.2 values of putAll")
        .isEqualTo(Map.of("a", true, "b", true));
    assertThat(result.failures()).as("S12.2 failures of putAll").isEmpty();
    assertThat(store.getAll(List.of("a", "b")).values())
        .as("S12.2 rows after putAll")
        .isEqualTo(Map.of("a", ALICE, "b", BOB));
  }

  @Test
  void s12_3_removeAllTellsPerKeyWhetherThereWasARow() {
    Store<Player> store = players();
    store.put("a", ALICE);
    store.put("b", BOB);
    BulkResult<Boolean> result = store.removeAll(List.of("a", "none"));
    assertThat(result.values())
        .as("S12.3 values of removeAll")
        .isEqualTo(Map.of("a", true, "none", false));
    assertThat(store.contains("a")).as("S12.3 a row removed").isFalse();
    assertThat(store.contains("b")).as("S12.3 a row not named").isTrue();
  }

  @Test
  void s12_4_nothingGivenIsNothingDone() {
    Store<Player> store = players();
    assertThat(store.getAll(List.of()))
        .as("S12.4 getAll of no keys")
        .isEqualTo(BulkResult.of(Map.of()));
    assertThat(store.putAll(Map.of()))
        .as("S12.4 putAll of no rows")
        .isEqualTo(BulkResult.of(Map.of()));
    assertThat(store.removeAll(List.of()))
        .as("S12.4 removeAll of no keys")
        .isEqualTo(BulkResult.of(Map.of()));
  }

  @Test
  void s12_5_aKeyGivenTwiceCountsOnce() {
    Store<Player> store = players();
    store.put("a", ALICE);
    assertThat(store.getAll(List.of("a", "a")).values())
        .as("S12.5 getAll of a key twice")
        .isEqualTo(Map.of("a", ALICE));
    assertThat(store.removeAll(List.of("a", "a")).values())
        .as("S12.5 removeAll of a key twice")
        .isEqualTo(Map.of("a", true));
  }

  @Test
  void s12_6_anArgumentThatIsRefusedRefusesTheWholeCall() {
    Store<Player> store = players();
    Map<String, Player> rows = new LinkedHashMap<>();
    rows.put("a", ALICE);
    rows.put("b", new Player("x".repeat(17), 1));
    refused(
        "S12.6 putAll with a value too long",
        CapacityException.class,
        ErrorCode.VALUE_TOO_LONG,
        () -> store.putAll(rows));
    assertThat(store.contains("a")).as("S12.6 the row that would have fitted").isFalse();
    store.put("a", ALICE);
    refused(
        "S12.6 removeAll with an empty key",
        InvalidArgumentException.class,
        ErrorCode.INVALID_KEY,
        () -> store.removeAll(List.of("a", "")));
    assertThat(store.contains("a")).as("S12.6 the row that was named beside an empty key").isTrue();
  }

  @Test
  void s12_7_whatFailsIsReportedPerKey() {
    requires(Capability.BOUNDED_ROWS);
    Store<Player> store = players(options().withCapacity(2));
    store.put("a", ALICE);
    Map<String, Player> rows = new LinkedHashMap<>();
    for (String key : List.of("a", "b", "c")) {
      rows.put(key, BOB);
    }
    BulkResult<Boolean> result = store.putAll(rows);
    Map<String, ZealException> failures = result.failures();
    assertThat(failures).as("S12.7 failures of three rows at capacity 2").hasSize(1);
    assertThat(failures.values().iterator().next())
        .as("S12.7 the error of the key that failed")
        .isInstanceOf(CapacityException.class);
    assertThat(result.values())
        .as("S12.7 the keys that did not fail")
        .hasSize(2)
        .doesNotContainKeys(failures.keySet().iterator().next());
    result
        .values()
        .keySet()
        .forEach(key ->
            assertThat(store.get(key)).as("S12.7 row %s, which did not fail", key).contains(BOB));
    BulkException error =
        refused("S12.7 orThrow of a result with a failure", BulkException.class, result::orThrow);
    assertThat(error)
        .as("S12.7 the message of that error, expected to name the key")
        .hasMessageContaining("'" + failures.keySet().iterator().next() + "'");
    assertThat(error.failures())
        .as("S12.7 failures() of that error")
        .containsOnlyKeys(failures.keySet());
  }

  @Test
  void s12_8_aThousandKeysAreOneCall() {
    Store<Player> store = players();
    Map<String, Player> rows = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      rows.put("k" + i, new Player("", i));
    }
    assertThat(store.putAll(rows).orThrow()).as("S12.8 putAll of 1,000 rows").hasSize(1_000);
    assertThat(store.getAll(rows.keySet()).orThrow())
        .as("S12.8 getAll of 1,000 rows")
        .isEqualTo(rows);
    assertThat(store.removeAll(rows.keySet()).orThrow().values())
        .as("S12.8 removeAll of 1,000 rows")
        .hasSize(1_000)
        .containsOnly(true);
  }
}
