package io.zeal;

import static io.zeal.Refused.neverSays;
import static io.zeal.Refused.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.zeal.game.OpenPlayer;
import io.zeal.spi.ColumnSource;
import io.zeal.spi.RowMapper;
import java.lang.invoke.MethodHandles;
import java.lang.module.ModuleDescriptor;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordBindingTest {

  @SuppressWarnings("ArrayRecordComponent") // compared column by column
  record All(
      boolean flag,
      byte b,
      short s,
      int i,
      long l,
      float f,
      double d,
      @MaxBytes(64) String text,
      @MaxBytes(64) byte[] bytes) {}

  @Test
  void eachComponentBecomesAColumn() {
    assertThat(Schema.of(All.class))
        .hasToString(
            "(flag:BOOLEAN, b:BYTE, s:SHORT, i:INT, l:LONG, f:FLOAT, d:DOUBLE,"
                + " text:TEXT(64), bytes:BYTES(64))");
    assertThat(Schema.of(All.class).type()).isEqualTo(All.class);
  }

  @Test
  void schemasOfOneRecordAreCompiledOnce() {
    RowMapper<All> mapper = Schema.of(All.class).mapper();

    assertThat(Schema.of(All.class, MethodHandles.lookup()).mapper())
        .hasSameClassAs(mapper)
        .isEqualTo(mapper);
    assertThat(Schema.of(OpenPlayer.class).mapper().getClass()).isNotEqualTo(mapper.getClass());
  }

  static Stream<All> rows() {
    return Stream.of(
        new All(false, (byte) 0, (short) 0, 0, 0, 0, 0, "", new byte[0]),
        new All(
            true,
            Byte.MIN_VALUE,
            Short.MIN_VALUE,
            Integer.MIN_VALUE,
            Long.MIN_VALUE,
            Float.NEGATIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            "\0é\ud83d\ude00",
            new byte[] {-128, 0, 127}),
        new All(
            true,
            Byte.MAX_VALUE,
            Short.MAX_VALUE,
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            Float.MAX_VALUE,
            Double.MAX_VALUE,
            "x".repeat(64),
            new byte[64]),
        new All(true, (byte) -1, (short) -1, -1, -1, -0f, -0.0, "\uffff", new byte[] {-1}),
        new All(
            true,
            (byte) 1,
            (short) 1,
            1,
            1,
            Float.MIN_VALUE,
            Double.MIN_VALUE,
            "a",
            new byte[] {1}),
        new All(true, (byte) 1, (short) 1, 1, 1, Float.NaN, Double.NaN, "a", new byte[] {1}));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyComponentTypeRoundTripsToTheBit(All row) {
    Schema<All> schema = Schema.of(All.class);
    RowMapper<All> mapper = schema.mapper();

    All back = mapper.read(mapper.source(row));

    assertThat(back).isNotSameAs(row);
    assertThat(back.flag).isEqualTo(row.flag);
    assertThat(back.b).isEqualTo(row.b);
    assertThat(back.s).isEqualTo(row.s);
    assertThat(back.i).isEqualTo(row.i);
    assertThat(back.l).isEqualTo(row.l);
    assertThat(Float.floatToRawIntBits(back.f)).isEqualTo(Float.floatToRawIntBits(row.f));
    assertThat(Double.doubleToRawLongBits(back.d)).isEqualTo(Double.doubleToRawLongBits(row.d));
    assertThat(back.text).isEqualTo(row.text);
    assertThat(back.bytes).isEqualTo(row.bytes);
    assertThat(Row.copyOf(schema, mapper.source(back)))
        .isEqualTo(Row.copyOf(schema, mapper.source(row)));
  }

  @Test
  void everyNanTravelsAsTheOneOfJava() {
    Schema<All> schema = Schema.of(All.class);
    RowMapper<All> mapper = schema.mapper();
    float floatNan = Float.intBitsToFloat(0x7fc0_0001);
    double doubleNan = Double.longBitsToDouble(0xfff8_0000_0000_0001L);
    All row = new All(true, (byte) 0, (short) 0, 0, 0, floatNan, doubleNan, "", new byte[0]);
    All plain = new All(true, (byte) 0, (short) 0, 0, 0, Float.NaN, Double.NaN, "", new byte[0]);

    assertThat(mapper.number(row, 5)).isEqualTo(Float.floatToRawIntBits(Float.NaN));
    assertThat(mapper.number(row, 6)).isEqualTo(Double.doubleToRawLongBits(Double.NaN));
    assertThat(ColumnType.FLOAT.toBits(floatNan)).isEqualTo(mapper.number(row, 5));
    assertThat(ColumnType.DOUBLE.toBits(doubleNan)).isEqualTo(mapper.number(row, 6));
    assertThat(Row.copyOf(schema, mapper.source(row)))
        .isEqualTo(Row.copyOf(schema, mapper.source(plain)));
  }

  @Test
  void numbersTravelAsTheBitsOfTheirColumnType() {
    Schema<All> schema = Schema.of(All.class);
    RowMapper<All> mapper = schema.mapper();
    All row = new All(true, (byte) -2, (short) -3, -4, -5, -6f, -7, "", new byte[0]);

    for (int i = 0; i < 7; i++) {
      ColumnType type = schema.column(i).type();
      Object value = Row.copyOf(schema, mapper.source(row)).valueAt(i);
      assertThat(mapper.number(row, i)).as(type.name()).isEqualTo(type.toBits(value));
    }
    assertThat(mapper.number(row, 1)).isEqualTo(-2);
    assertThat(mapper.number(row, 5)).isEqualTo(Float.floatToRawIntBits(-6f));
  }

  @Test
  void bytesAreCopiedOnTheWayOut() {
    RowMapper<All> mapper = Schema.of(All.class).mapper();
    All row = new All(true, (byte) 0, (short) 0, 0, 0, 0, 0, "", new byte[] {1});

    mapper.bytes(row, 8)[0] = 9;

    assertThat(row.bytes).containsExactly(1);
  }

  record WithChar(char c) {}

  record WithWrapper(Integer n) {}

  record WithRecord(Inner inner) {
    record Inner(long n) {}
  }

  record WithList(List<String> list) {}

  @SuppressWarnings("ArrayRecordComponent") // refused before anyone compares
  record WithLongs(long[] longs) {}

  record WithGeneric<T>(T value) {}

  record WithoutLimit(String name) {}

  @SuppressWarnings("ArrayRecordComponent") // refused before anyone compares
  record BytesWithoutLimit(byte[] blob) {}

  record LimitOnNumber(@MaxBytes(4) int n) {}

  record ZeroLimit(@MaxBytes(0) String name) {}

  record NegativeLimit(@MaxBytes(-1) String name) {}

  record LargeLimit(@MaxBytes((1 << 20) + 1) String name) {}

  record Nothing() {}

  record Largest(@MaxBytes(1 << 20) String name) {}

  @ParameterizedTest
  @ValueSource(
      classes = {
        WithChar.class,
        WithWrapper.class,
        WithRecord.class,
        WithList.class,
        WithLongs.class,
        WithGeneric.class
      })
  <R extends Record> void anyOtherComponentTypeIsRefusedByName(Class<R> record) {
    String component = record.getRecordComponents()[0].getName();
    refused(
        SchemaException.class,
        ErrorCode.INVALID_SCHEMA,
        () -> Schema.of(record),
        "Component '" + component + "' of " + record.getName(),
        "is " + record.getRecordComponents()[0].getType().getTypeName(),
        "Use byte, short, int, long, float, double, boolean, or String and byte[] with @MaxBytes");
  }

  @ParameterizedTest
  @ValueSource(classes = {WithoutLimit.class, BytesWithoutLimit.class})
  <R extends Record> void textAndBytesNeedALimit(Class<R> record) {
    refused(
        SchemaException.class,
        ErrorCode.INVALID_SCHEMA,
        () -> Schema.of(record),
        "Component '" + record.getRecordComponents()[0].getName() + "' of " + record.getName(),
        "without a limit",
        "Write @MaxBytes(n)");
  }

  @Test
  void aLimitOnANumberIsRefused() {
    refused(
        SchemaException.class,
        ErrorCode.INVALID_SCHEMA,
        () -> Schema.of(LimitOnNumber.class),
        "Component 'n' of " + LimitOnNumber.class.getName(),
        "int, whose size is fixed",
        "Remove its @MaxBytes");
  }

  @ParameterizedTest
  @ValueSource(classes = {ZeroLimit.class, NegativeLimit.class, LargeLimit.class})
  <R extends Record> void aLimitOutsideTheRangeIsRefused(Class<R> record) {
    int limit = record.getRecordComponents()[0].getAnnotation(MaxBytes.class).value();
    refused(
        SchemaException.class,
        ErrorCode.INVALID_SCHEMA,
        () -> Schema.of(record),
        "Column 'name' of type TEXT",
        "limit of " + limit + " bytes",
        "Use 1 to 1048576");
  }

  @Test
  void theGreatestLimitIsTaken() {
    assertThat(Schema.of(Largest.class).column(0).maxBytes()).isEqualTo(Column.LARGEST);
  }

  @Test
  void aRecordWithoutComponentsIsRefused() {
    refused(
        SchemaException.class,
        ErrorCode.INVALID_SCHEMA,
        () -> Schema.of(Nothing.class),
        Nothing.class.getName(),
        "no columns");
  }

  @Test
  void theClassRecordItselfIsRefused() {
    refused(
        SchemaException.class,
        ErrorCode.INVALID_SCHEMA,
        () -> Schema.of(Record.class),
        "java.lang.Record is no record class",
        "Pass the record's own class");
  }

  @Test
  void nullIsANullPointerThatSaysSo() {
    assertThatNullPointerException().isThrownBy(() -> Schema.of(null)).withMessage("record");
    assertThatNullPointerException()
        .isThrownBy(() -> Schema.of(All.class, null))
        .withMessage("lookup");
  }

  record Picky(long secret) {
    Picky {
      if (secret == 4711) {
        throw new IllegalStateException("not this one");
      }
    }
  }

  @Test
  void aConstructorThatThrowsOnAStoredRowIsACodecError() {
    CodecException error =
        refused(
            CodecException.class,
            ErrorCode.CODEC,
            () -> Schema.of(Picky.class).mapper().read(numbers(4711)),
            "constructor of " + Picky.class.getName(),
            "stored row",
            "Let it take every row");
    assertThat(error).hasCauseInstanceOf(IllegalStateException.class);
    neverSays(error, "4711");
    assertThat(Schema.of(Picky.class).mapper().read(numbers(1))).isEqualTo(new Picky(1));
  }

  record Exploding(long n) {
    Exploding {
      if (n == 1) {
        throw new StackOverflowError("of the record's own");
      }
    }

    @Override
    public long n() {
      throw new IllegalStateException("no");
    }
  }

  @Test
  void anErrorOfAConstructorIsNotWrapped() {
    assertThatExceptionOfType(StackOverflowError.class)
        .isThrownBy(() -> Schema.of(Exploding.class).mapper().read(numbers(1)));
  }

  @Test
  void anAccessorThatThrowsIsACodecError() {
    CodecException error =
        refused(
            CodecException.class,
            ErrorCode.CODEC,
            () -> Schema.of(Exploding.class).mapper().number(new Exploding(2), 0),
            "accessor of " + Exploding.class.getName());
    assertThat(error).hasCauseInstanceOf(IllegalStateException.class);
  }

  @SuppressWarnings("ArrayRecordComponent") // compared column by column
  record Free(long id, String name, byte[] blob, @MaxBytes(4) String bounded) {}

  @Test
  void anUnlimitedSchemaTakesTextAndBytesOfAnyLength() {
    Schema<Free> schema = Schema.unlimited(Free.class);
    RowMapper<Free> mapper = schema.mapper();
    Free row = new Free(7, "x".repeat(3 << 20), new byte[2 << 20], "longer than four");

    Free back = mapper.read(mapper.source(row));

    assertThat(schema).hasToString("(id:LONG, name:TEXT, blob:BYTES, bounded:TEXT)");
    assertThat(schema.column(1).maxBytes()).isEqualTo(Column.UNLIMITED);
    assertThat(back.name).isEqualTo(row.name);
    assertThat(back.blob).isEqualTo(row.blob);
    assertThat(back.bounded).isEqualTo(row.bounded);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        WithChar.class,
        WithWrapper.class,
        WithRecord.class,
        WithList.class,
        WithLongs.class,
        WithGeneric.class
      })
  <R extends Record> void anUnlimitedSchemaIsOfFlatRecordsAlone(Class<R> record) {
    SchemaException error =
        refused(
            SchemaException.class,
            ErrorCode.INVALID_SCHEMA,
            () -> Schema.unlimited(record),
            "Component '" + record.getRecordComponents()[0].getName() + "' of " + record.getName(),
            "Use byte, short, int, long, float, double, boolean, or String and byte[].");
    neverSays(error, "@MaxBytes");
  }

  @Test
  void anUnlimitedSchemaSaysOfANullComponentWhichItIs() {
    RowMapper<Free> mapper = Schema.unlimited(Free.class).mapper();

    assertThatNullPointerException()
        .isThrownBy(() -> mapper.text(new Free(1, null, new byte[0], ""), 1))
        .withMessageContaining("'name'");
    assertThatNullPointerException()
        .isThrownBy(() -> mapper.bytes(new Free(1, "", null, ""), 2))
        .withMessageContaining("'blob'");
  }

  @Test
  void anUnlimitedSchemaOfARecordOutOfReachSaysWhichLineToAdd() {
    Class<? extends Record> record =
        record("HiddenPlayer", it -> it.packages(Set.of("io.zeal.game")));

    SchemaException error =
        refused(
            SchemaException.class,
            ErrorCode.RECORD_NOT_ACCESSIBLE,
            () -> Schema.unlimited(record),
            "'opens io.zeal.game to io.zeal;' to module game.");
    neverSays(error, "lookup()");
  }

  private record Secluded(@MaxBytes(8) String name) {}

  @Test
  void aPrivateRecordIsReachedThroughALookup() {
    RowMapper<Secluded> mapper = Schema.of(Secluded.class, MethodHandles.lookup()).mapper();

    assertThat(mapper.read(mapper.source(new Secluded("x")))).isEqualTo(new Secluded("x"));
  }

  @Test
  void aLookupThatMayNotSeeTheRecordIsRefused() {
    refused(
        SchemaException.class,
        ErrorCode.RECORD_NOT_ACCESSIBLE,
        () -> Schema.of(Secluded.class, MethodHandles.publicLookup()),
        Secluded.class.getName(),
        "cannot be reached through the given lookup",
        "MethodHandles.lookup()");
  }

  @Test
  void aRecordInAClosedPackageIsRefusedWithTheLineToAdd() {
    for (String name : List.of("OpenPlayer", "HiddenPlayer")) {
      Class<? extends Record> record = record(name, it -> it.packages(Set.of("io.zeal.game")));
      SchemaException error =
          refused(
              SchemaException.class,
              ErrorCode.RECORD_NOT_ACCESSIBLE,
              () -> Schema.of(record),
              "Record io.zeal.game." + name,
              "cannot be reached by io.zeal",
              "'opens io.zeal.game to io.zeal;' to module game",
              "Schema.of(" + name + ".class, MethodHandles.lookup())");
      assertThat(error).hasCauseInstanceOf(IllegalAccessException.class);
    }
  }

  @Test
  void aRecordInAPackageThatIsOpenToZealIsReached() {
    for (String name : List.of("OpenPlayer", "HiddenPlayer")) {
      assertThat(
              Schema.of(record(name, it -> it.opens("io.zeal.game", Set.of("io.zeal")))).columns())
          .isNotEmpty();
    }
  }

  @Test
  void aPublicRecordInAnExportedPackageIsReached() throws ReflectiveOperationException {
    Class<? extends Record> record = record("OpenPlayer", it -> it.exports("io.zeal.game"));

    assertRoundTrip(record);
  }

  @Test
  void aPublicRecordInAPackageExportedToZealAloneIsReached() throws ReflectiveOperationException {
    assertRoundTrip(record("OpenPlayer", it -> it.exports("io.zeal.game", Set.of("io.zeal"))));
  }

  @Test
  void aHiddenRecordInAnExportedPackageIsRefused() {
    Class<? extends Record> record = record("HiddenPlayer", it -> it.exports("io.zeal.game"));

    refused(
        SchemaException.class,
        ErrorCode.RECORD_NOT_ACCESSIBLE,
        () -> Schema.of(record),
        "opens io.zeal.game to io.zeal;");
  }

  private static <R extends Record> void assertRoundTrip(Class<R> type) {
    RowMapper<R> mapper = Schema.of(type).mapper();
    R row =
        mapper.read(
            new ColumnSource() {
              @Override
              public long number(int column) {
                return 100;
              }

              @Override
              public String text(int column) {
                return "alice";
              }

              @Override
              public byte[] bytes(int column) {
                throw new AssertionError("no such column");
              }
            });
    assertThat(row).hasToString("OpenPlayer[name=alice, score=100]");
    assertThat(mapper.text(row, 0)).isEqualTo("alice");
    assertThat(mapper.number(row, 1)).isEqualTo(100);
  }

  private static Class<? extends Record> record(
      String name, UnaryOperator<ModuleDescriptor.Builder> packages) {
    ModuleDescriptor.Builder game = ModuleDescriptor.newModule("game").requires("io.zeal");
    ModuleLayer layer = Layers.of(packages.apply(game).build());
    try {
      Class<?> type =
          layer.findLoader("game").loadClass(OpenPlayer.class.getPackageName() + "." + name);
      assertThat(type.getModule().getName()).isEqualTo("game");
      return type.asSubclass(Record.class);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static ColumnSource numbers(long bits) {
    return new ColumnSource() {
      @Override
      public long number(int column) {
        return bits;
      }

      @Override
      public String text(int column) {
        throw new AssertionError("no such column");
      }

      @Override
      public byte[] bytes(int column) {
        throw new AssertionError("no such column");
      }
    };
  }
}
