package io.zeal;

import static io.zeal.Refused.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.lang.invoke.MethodHandles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {

  private record Player(@MaxBytes(64) String name, long score) {}

  private static final Schema<Row> PLAYERS =
      Schema.builder().column("name", ColumnType.TEXT, 64).column("score", ColumnType.LONG).build();

  @Test
  void theBuilderKeepsTheOrderOfColumns() {
    assertThat(PLAYERS.columns())
        .containsExactly(
            new Column("name", ColumnType.TEXT, 64), new Column("score", ColumnType.LONG, 8));
    assertThat(PLAYERS.position("score")).isEqualTo(1);
    assertThat(PLAYERS.column(0).name()).isEqualTo("name");
    assertThat(PLAYERS.type()).isEqualTo(Row.class);
  }

  private record Named(@MaxBytes(64) String name, long score) {}

  @Test
  void mappersAreEqualIfTheyBuildTheSameRows() {
    Schema<Player> one = Schema.of(Player.class, MethodHandles.lookup());
    Schema<Player> two = Schema.of(Player.class, MethodHandles.lookup());
    Schema<Named> named = Schema.of(Named.class, MethodHandles.lookup());
    Schema<Row> same = Schema.builder().column("score", ColumnType.LONG).build();
    Schema<Row> again = Schema.builder().column("score", ColumnType.LONG).build();

    assertThat(one.mapper()).isEqualTo(two.mapper()).hasSameHashCodeAs(two.mapper());
    assertThat(same.mapper()).isEqualTo(again.mapper()).hasSameHashCodeAs(again.mapper());
    assertThat(named).isEqualTo(one).isEqualTo(PLAYERS);
    assertThat((Object) named.mapper()).isNotEqualTo(one.mapper()).isNotEqualTo(PLAYERS.mapper());
    assertThat(same.mapper()).isNotEqualTo(PLAYERS.mapper());
  }

  @Test
  void itsTextNamesColumnsTypesAndLimits() {
    assertThat(PLAYERS).hasToString("(name:TEXT(64), score:LONG)");
  }

  @Test
  void aSchemaWithoutColumnsIsRefused() {
    refused(
        SchemaException.class,
        ErrorCode.INVALID_SCHEMA,
        () -> Schema.builder().build(),
        "io.zeal.Row",
        "no columns",
        "at least one");
  }

  @Test
  void twoColumnsOfOneNameAreRefused() {
    refused(
        SchemaException.class,
        ErrorCode.INVALID_SCHEMA,
        () -> Schema.builder().column("a", ColumnType.INT).column("a", ColumnType.LONG).build(),
        "Column 'a' is there twice",
        "a name of its own");
  }

  @Test
  void anUnknownColumnListsTheSchema() {
    refused(
        SchemaException.class,
        ErrorCode.UNKNOWN_COLUMN,
        () -> PLAYERS.position("level"),
        "No column 'level'",
        "(name:TEXT(64), score:LONG)");
  }

  @Test
  void aNullColumnIsANullPointerThatSaysSo() {
    assertThatNullPointerException().isThrownBy(() -> PLAYERS.position(null)).withMessage("column");
  }

  @Test
  void schemasAreEqualIfTheirColumnsAreWhateverTheRow() {
    Schema<Player> ofRecord = Schema.of(Player.class);

    assertThat(ofRecord).isEqualTo(PLAYERS).hasSameHashCodeAs(PLAYERS);
    assertThat(ofRecord.toString()).isEqualTo(PLAYERS.toString());
  }

  @Test
  void schemasDifferByOrderNameTypeAndLimit() {
    assertThat(PLAYERS)
        .isNotEqualTo(
            Schema.builder()
                .column("score", ColumnType.LONG)
                .column("name", ColumnType.TEXT, 64)
                .build())
        .isNotEqualTo(
            Schema.builder()
                .column("name", ColumnType.TEXT, 65)
                .column("score", ColumnType.LONG)
                .build())
        .isNotEqualTo(
            Schema.builder()
                .column("name", ColumnType.TEXT, 64)
                .column("score", ColumnType.DOUBLE)
                .build())
        .isNotEqualTo(
            Schema.builder()
                .column("nick", ColumnType.TEXT, 64)
                .column("score", ColumnType.LONG)
                .build())
        .isNotEqualTo("(name:TEXT(64), score:LONG)");
  }

  @Test
  void noNameMakesTwoSchemasLookTheSame() {
    Schema<Row> two =
        Schema.builder().column("a", ColumnType.LONG).column("b", ColumnType.LONG).build();
    Schema<Row> one = Schema.builder().column("a:LONG, b", ColumnType.LONG).build();

    assertThat(one.toString()).isNotEqualTo(two.toString());
    assertThat(one).hasToString("('a:LONG, b':LONG)");
    assertThat(new Column("top-score.2", ColumnType.INT, 4)).hasToString("top-score.2:INT");
    assertThat(new Column("it's", ColumnType.INT, 4)).hasToString("'it\\'s':INT");
    assertThat(new Column("é", ColumnType.INT, 4)).hasToString("'\\u00e9':INT");
  }

  @Test
  void theColumnsCannotBeChanged() {
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> PLAYERS.columns().removeFirst());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63})
  void aColumnNameWithinTheLimitIsTaken(int length) {
    String name = "c".repeat(length);

    assertThat(new Column(name, ColumnType.INT, 4).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 64})
  void aColumnNameOutsideTheLimitIsRefused(int length) {
    refused(
        SchemaException.class,
        ErrorCode.INVALID_SCHEMA,
        () -> new Column("c".repeat(length), ColumnType.INT, 4),
        "Column name '",
        length + " bytes of UTF-8",
        "Use 1 to 63 bytes");
  }

  @Test
  void aColumnNameThatIsNotWellFormedIsRefused() {
    refused(
        SchemaException.class,
        ErrorCode.INVALID_SCHEMA,
        () -> new Column("\ud800", ColumnType.INT, 4),
        "'\\ud800'",
        "not well-formed");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, Column.LARGEST})
  void aLimitWithinTheRangeIsTaken(int maxBytes) {
    assertThat(new Column("c", ColumnType.BYTES, maxBytes).maxBytes()).isEqualTo(maxBytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, 0, Column.LARGEST + 1})
  void aLimitOutsideTheRangeIsRefused(int maxBytes) {
    refused(
        SchemaException.class,
        ErrorCode.INVALID_SCHEMA,
        () -> new Column("c", ColumnType.TEXT, maxBytes),
        "Column 'c' of type TEXT",
        "limit of " + maxBytes + " bytes",
        "Use 1 to 1048576");
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"TEXT", "BYTES"})
  void aFixedColumnTakesExactlyItsSize(ColumnType type) {
    assertThat(new Column("c", type, type.bytes()).maxBytes()).isEqualTo(type.bytes());
    refused(
        SchemaException.class,
        ErrorCode.INVALID_SCHEMA,
        () -> new Column("c", type, type.bytes() + 1),
        "Column 'c' of type " + type,
        "Use exactly " + type.bytes());
  }

  @ParameterizedTest
  @EnumSource(names = {"TEXT", "BYTES"})
  void textAndBytesNeedALimit(ColumnType type) {
    refused(
        SchemaException.class,
        ErrorCode.INVALID_SCHEMA,
        () -> Schema.builder().column("c", type),
        "Column 'c' of type " + type,
        "Use 1 to 1048576");
  }

  @ParameterizedTest
  @EnumSource(names = {"BYTE", "SHORT", "INT", "LONG"})
  void anIntegerTypeKnowsItsRange(ColumnType type) {
    assertThat(type.minValue())
        .isEqualTo(
            switch (type) {
              case BYTE -> Byte.MIN_VALUE;
              case SHORT -> Short.MIN_VALUE;
              case INT -> Integer.MIN_VALUE;
              default -> Long.MIN_VALUE;
            });
    assertThat(type.maxValue()).isEqualTo(-(type.minValue() + 1));
    assertThat(type.isInteger()).isTrue();
    assertThat(type.isFloating()).isFalse();
    assertThat(type.isFixed()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"TEXT", "BYTES"})
  void textAndBytesHaveNoBits(ColumnType type) {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> type.fromBits(0))
        .withMessageContaining(type.name());
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> type.toBits("x"))
        .withMessageContaining(type.name());
  }
}
