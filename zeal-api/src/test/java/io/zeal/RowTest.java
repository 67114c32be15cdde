package io.zeal;

import static io.zeal.Refused.neverSays;
import static io.zeal.Refused.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RowTest {

  private static final Schema<Row> ALL =
      Schema.builder()
          .column("flag", ColumnType.BOOLEAN)
          .column("b", ColumnType.BYTE)
          .column("s", ColumnType.SHORT)
          .column("i", ColumnType.INT)
          .column("l", ColumnType.LONG)
          .column("f", ColumnType.FLOAT)
          .column("d", ColumnType.DOUBLE)
          .column("text", ColumnType.TEXT, 8)
          .column("bytes", ColumnType.BYTES, 4)
          .build();

  private static Row filled() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("flag", true);
    values.put("b", Byte.MIN_VALUE);
    values.put("s", Short.MAX_VALUE);
    values.put("i", Integer.MIN_VALUE);
    values.put("l", Long.MAX_VALUE);
    values.put("f", 1.5f);
    values.put("d", -0.0);
    values.put("text", "secret");
    values.put("bytes", new byte[] {1, 2});
    return Row.of(ALL, values);
  }

  @Test
  void columnsThatAreNotNamedAreZeroFalseOrEmpty() {
    Row row = Row.of(ALL, Map.of());

    assertThat(row.get("flag")).isEqualTo(false);
    assertThat(row.get("b")).isEqualTo((byte) 0);
    assertThat(row.get("s")).isEqualTo((short) 0);
    assertThat(row.get("i")).isEqualTo(0);
    assertThat(row.get("l")).isEqualTo(0L);
    assertThat(row.get("f")).isEqualTo(0f);
    assertThat(row.get("d")).isEqualTo(0d);
    assertThat(row.get("text")).isEqualTo("");
    assertThat((byte[]) row.get("bytes")).isEmpty();
  }

  @Test
  void valuesComeBackAsTheirTypesJavaClass() {
    Row row = filled();

    for (Column column : ALL.columns()) {
      assertThat(row.get(column.name())).isInstanceOf(column.type().javaType());
    }
    assertThat(row.getBoolean("flag")).isTrue();
    assertThat(row.getLong("b")).isEqualTo(Byte.MIN_VALUE);
    assertThat(row.getLong("s")).isEqualTo(Short.MAX_VALUE);
    assertThat(row.getLong("i")).isEqualTo(Integer.MIN_VALUE);
    assertThat(row.getLong("l")).isEqualTo(Long.MAX_VALUE);
    assertThat(row.getDouble("f")).isEqualTo(1.5);
    assertThat(Double.doubleToRawLongBits(row.getDouble("d")))
        .isEqualTo(Double.doubleToRawLongBits(-0.0));
    assertThat(row.getString("text")).isEqualTo("secret");
    assertThat(row.getBytes("bytes")).containsExactly(1, 2);
    assertThat(row.schema()).isSameAs(ALL);
  }

  static Stream<Arguments> gettersAndTheirTypes() {
    return Stream.of(
        getter("whole number", row -> row::getLong, "b", "s", "i", "l"),
        getter("floating number", row -> row::getDouble, "f", "d"),
        getter("boolean", row -> row::getBoolean, "flag"),
        getter("text", row -> row::getString, "text"),
        getter("bytes", row -> row::getBytes, "bytes"));
  }

  private static Arguments getter(
      String wanted, Function<Row, Function<String, Object>> getter, String... fitting) {
    return Arguments.of(wanted, getter, java.util.List.of(fitting));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("gettersAndTheirTypes")
  void aTypedGetterRefusesEveryOtherType(
      String wanted, Function<Row, Function<String, Object>> getter, java.util.List<String> fit) {
    Row row = filled();

    for (Column column : ALL.columns()) {
      if (fit.contains(column.name())) {
        assertThat(getter.apply(row).apply(column.name())).isNotNull();
      } else {
        SchemaException error =
            refused(
                SchemaException.class,
                ErrorCode.COLUMN_TYPE,
                () -> getter.apply(row).apply(column.name()),
                "Column '" + column.name() + "' is " + column.type(),
                "needs a " + wanted);
        neverSays(error, "secret");
      }
    }
  }

  @Test
  void anUnknownColumnListsTheSchema() {
    refused(
        SchemaException.class,
        ErrorCode.UNKNOWN_COLUMN,
        () -> filled().getLong("level"),
        "'level'",
        ALL.toString());
    refused(
        SchemaException.class,
        ErrorCode.UNKNOWN_COLUMN,
        () -> Row.of(ALL, Map.of("level", 1)),
        "'level'",
        ALL.toString());
  }

  @Test
  void arraysAreCopiedOnTheWayInAndOut() {
    byte[] given = {1, 2};
    Row row = Row.of(ALL, Map.of("bytes", given));

    given[0] = 9;
    row.getBytes("bytes")[0] = 9;
    ((byte[]) row.get("bytes"))[0] = 9;
    ((byte[]) row.valueAt(8))[0] = 9;
    row.bytes(8)[0] = 9;
    ALL.mapper().bytes(row, 8)[0] = 9;

    assertThat(row.getBytes("bytes")).containsExactly(1, 2);
  }

  @Test
  void withChangesOneColumnOfACopy() {
    Row row = filled();
    Row changed = row.with(ALL.position("i"), 7);

    assertThat(changed.getLong("i")).isEqualTo(7);
    assertThat(changed.getString("text")).isEqualTo("secret");
    assertThat(row.getLong("i")).isEqualTo(Integer.MIN_VALUE);
  }

  @Test
  void withChecksTheValue() {
    refused(
        SchemaException.class,
        ErrorCode.COLUMN_TYPE,
        () -> filled().with(ALL.position("text"), 7),
        "Column 'text' is TEXT",
        "takes String",
        "found Integer");
  }

  @Test
  void aCopyHoldsTheSourcesColumns() {
    Row row = filled();

    assertThat(Row.copyOf(ALL, row)).isEqualTo(row).isNotSameAs(row);
    assertThat(ALL.mapper().read(ALL.mapper().source(row))).isEqualTo(row);
  }

  @Test
  void rowsAreEqualIfSchemaAndValuesAre() {
    assertThat(filled())
        .isEqualTo(filled())
        .hasSameHashCodeAs(filled())
        .isNotEqualTo(filled().with(8, new byte[] {1, 3}))
        .isNotEqualTo(filled().with(6, 0.0))
        .isNotEqualTo("secret");
    Schema<Row> other = Schema.builder().column("other", ColumnType.LONG).build();
    Schema<Row> same = Schema.builder().column("same", ColumnType.LONG).build();
    assertThat(Row.of(other, Map.of())).isNotEqualTo(Row.of(same, Map.of()));
  }

  @Test
  void floatingNumbersAreEqualByTheirBitsAndEveryNanIsEqual() {
    Row quiet = filled().with(6, Double.longBitsToDouble(0x7ff8_0000_0000_0000L));
    Row payload = filled().with(6, Double.longBitsToDouble(0xfff8_0000_0000_0001L));

    assertThat(quiet).isEqualTo(quiet.with(0, true)).isEqualTo(payload).hasSameHashCodeAs(payload);
    assertThat(quiet.with(6, 0.0)).isNotEqualTo(quiet.with(6, -0.0));
  }

  @Test
  void asTextARowShowsNoValue() {
    assertThat(filled()).hasToString("Row" + ALL).asString().doesNotContain("secret");
  }

  @ParameterizedTest
  @EnumSource(names = {"BYTE", "SHORT", "INT", "LONG"})
  void aWholeNumberOfAnyWidthIsTakenWhereItIsInRange(ColumnType type) {
    Schema<Row> schema = Schema.builder().column("n", type).build();

    for (Object number : new Object[] {(byte) 5, (short) 5, 5, 5L}) {
      assertThat(Row.of(schema, Map.of("n", number)).get("n")).isEqualTo(type.fromBits(5));
    }
    assertThat(Row.of(schema, Map.of("n", type.minValue())).getLong("n"))
        .isEqualTo(type.minValue());
    assertThat(Row.of(schema, Map.of("n", type.maxValue())).getLong("n"))
        .isEqualTo(type.maxValue());
  }

  @ParameterizedTest
  @EnumSource(names = {"BYTE", "SHORT", "INT"})
  void aWholeNumberOutsideTheRangeIsRefusedWithTheRangeButNotTheNumber(ColumnType type) {
    Schema<Row> schema = Schema.builder().column("n", type).build();

    for (long number : new long[] {type.minValue() - 7000, type.maxValue() + 7000}) {
      CapacityException error =
          refused(
              CapacityException.class,
              ErrorCode.NUMBER_OUT_OF_RANGE,
              () -> Row.of(schema, Map.of("n", number)),
              "Column 'n' is " + type,
              "from " + type.minValue() + " to " + type.maxValue(),
              "Use a wider column");
      neverSays(error, Long.toString(number));
    }
  }

  @Test
  void aFloatIsTakenForADoubleAndNothingElseIsConverted() {
    assertThat(Row.of(ALL, Map.of("d", 1.5f)).getDouble("d")).isEqualTo(1.5);
    for (Map.Entry<String, Object> wrong :
        Map.<String, Object>of(
                "f", 1.5, "d", 1, "i", 1.0, "flag", 1, "text", 'c', "bytes", "x", "l", true)
            .entrySet()) {
      refused(
          SchemaException.class,
          ErrorCode.COLUMN_TYPE,
          () -> Row.of(ALL, Map.of(wrong.getKey(), wrong.getValue())),
          "Column '" + wrong.getKey() + "'",
          "found " + wrong.getValue().getClass().getSimpleName());
    }
  }

  @Test
  void aValueLongerThanItsColumnIsRefusedWithBothSizes() {
    CapacityException text =
        refused(
            CapacityException.class,
            ErrorCode.VALUE_TOO_LONG,
            () -> Row.of(ALL, Map.of("text", "ééééé")),
            "Column 'text' holds 8 bytes",
            "the value has 10",
            "Shorten the value or widen the column");
    neverSays(text, "ééééé");
    refused(
        CapacityException.class,
        ErrorCode.VALUE_TOO_LONG,
        () -> Row.of(ALL, Map.of("bytes", new byte[5])),
        "Column 'bytes' holds 4 bytes",
        "the value has 5");
  }

  @Test
  void textThatIsNotWellFormedIsRefused() {
    refused(
        InvalidArgumentException.class,
        ErrorCode.INVALID_ARGUMENT,
        () -> Row.of(ALL, Map.of("text", "\ud800")),
        "Column 'text'",
        "lone surrogate",
        "BYTES");
  }

  @Test
  void aNullValueNamesItsColumn() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("text", null);

    assertThatNullPointerException()
        .isThrownBy(() -> Row.of(ALL, values))
        .withMessage("value of column 'text'");
  }

  @Test
  void aPatchKeepsTheOrderAndTheLastValueOfAColumn() {
    Patch patch = Patch.set("text", "a").and("i", 1).and("text", "secret");

    assertThat(patch.changes()).containsExactly(Map.entry("text", "secret"), Map.entry("i", 1));
    assertThat(patch).hasToString("Patch[text, i]");
  }

  @Test
  void aPatchIsNotChangedByAddingToIt() {
    Patch patch = Patch.set("text", "a");
    Patch more = patch.and("i", 1);

    assertThat(patch.changes()).hasSize(1);
    assertThat(more.changes()).hasSize(2).isUnmodifiable();
  }

  @Test
  void aPatchTakesNoNull() {
    assertThatNullPointerException().isThrownBy(() -> Patch.set(null, 1)).withMessage("column");
    assertThatNullPointerException().isThrownBy(() -> Patch.set("i", null)).withMessage("value");
  }
}
