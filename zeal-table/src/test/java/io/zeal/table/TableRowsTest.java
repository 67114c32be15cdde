package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.CapacityException;
import io.zeal.Column;
import io.zeal.ColumnType;
import io.zeal.Entry;
import io.zeal.ErrorCode;
import io.zeal.ReadOptions;
import io.zeal.Row;
import io.zeal.Schema;
import io.zeal.SchemaException;
import io.zeal.StoreOptions;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TableRowsTest extends TableFixture {

  private final Rows<Player> rows = rows("players", StoreOptions.defaults());

  @Test
  void rowThatWasPutIsRead() {
    put(rows, "a", 7);

    assertThat(rows.get("a")).contains(new Player("n7", 7));
    assertThat(rows.read("a", ReadOptions.defaults()).orElseThrow().remaining()).isEmpty();
    assertThat(rows.number("a", 1)).hasValue(7);
    assertThat(rows.text("a", 0)).contains("n7");
    assertThat(rows.contains("a")).isTrue();
    assertThat(rows.contains("b")).isFalse();
    assertThat(rows.number("b", 1)).isEmpty();
  }

  @Test
  void everyColumnTypeKeepsItsExtremes() {
    Schema.Builder builder = Schema.builder();
    for (ColumnType type : ColumnType.values()) {
      if (type.isFixed()) {
        builder.column(type.name(), type);
      } else {
        builder.column(type.name(), type, 12);
      }
    }
    Schema<Row> schema = builder.build();
    Rows<Row> all = rows(new StoreSpec<>("all", schema, StoreOptions.defaults(), null));
    Row low =
        Row.of(
            schema,
            Map.of(
                "BOOLEAN",
                true,
                "BYTE",
                Byte.MIN_VALUE,
                "SHORT",
                Short.MIN_VALUE,
                "INT",
                Integer.MIN_VALUE,
                "LONG",
                Long.MIN_VALUE,
                "FLOAT",
                -0.0f,
                "DOUBLE",
                Double.NaN,
                "TEXT",
                "жук😀é",
                "BYTES",
                new byte[] {0, -1}));
    Row zeros = Row.of(schema, Map.of());

    all.write(new Write.Put<>("low", low, 0, new Condition.Always<>()));
    all.write(new Write.Put<>("ключ", zeros, 0, new Condition.Always<>()));

    assertThat(all.get("low")).contains(low);
    assertThat(all.get("ключ")).contains(zeros);
    assertThat(all.write(new Write.Remove<>("low", new Condition.RowEquals<>(low))))
        .isEqualTo(WriteResult.APPLIED);
  }

  @Test
  void patchChangesOnlyWhatItNames() {
    put(rows, "a", 7);
    Write<Player> patch =
        new Write.Patch<>("a", List.of(new Write.Change(0, "bob")), new Condition.Present<>());

    assertThat(rows.write(patch)).isEqualTo(WriteResult.APPLIED);
    assertThat(rows.get("a")).contains(new Player("bob", 7));
    assertThat(
            rows.write(
                new Write.Patch<>(
                    "b", List.of(new Write.Change(0, "bob")), new Condition.Present<>())))
        .isEqualTo(WriteResult.SKIPPED);
    assertThat(rows.count()).isEqualTo(1);
  }

  @Test
  void conditionsAreCheckedWithTheChange() {
    Player one = new Player("one", 1);
    Player two = new Player("two", 2);

    assertThat(rows.write(new Write.Put<>("a", one, 0, new Condition.Present<>())))
        .isEqualTo(WriteResult.SKIPPED);
    assertThat(rows.write(new Write.Put<>("a", one, 0, new Condition.Absent<>())))
        .isEqualTo(WriteResult.APPLIED);
    assertThat(rows.write(new Write.Put<>("a", two, 0, new Condition.Absent<>())))
        .isEqualTo(WriteResult.SKIPPED);
    assertThat(rows.write(new Write.Put<>("a", two, Write.KEEP, new Condition.RowEquals<>(two))))
        .isEqualTo(WriteResult.SKIPPED);
    assertThat(rows.write(new Write.Put<>("a", two, Write.KEEP, new Condition.RowEquals<>(one))))
        .isEqualTo(WriteResult.APPLIED);
    assertThat(
            rows.write(
                new Write.Patch<>(
                    "a", List.of(new Write.Change(1, 3L)), new Condition.ColumnEquals<>(0, "one"))))
        .isEqualTo(WriteResult.SKIPPED);
    assertThat(
            rows.write(
                new Write.Patch<>(
                    "a", List.of(new Write.Change(1, 3L)), new Condition.ColumnEquals<>(0, "two"))))
        .isEqualTo(WriteResult.APPLIED);
    assertThat(rows.write(new Write.Remove<>("a", new Condition.RowEquals<>(two))))
        .isEqualTo(WriteResult.SKIPPED);
    assertThat(remove(rows, "a")).isEqualTo(WriteResult.APPLIED);
    assertThat(remove(rows, "a")).isEqualTo(WriteResult.SKIPPED);
  }

  @Test
  void sumOutsideTheColumnIsRefusedAndChangesNothing() {
    put(rows, "a", Long.MAX_VALUE);

    assertThatThrownBy(() -> add(rows, "a", 1))
        .isInstanceOf(CapacityException.class)
        .hasMessageContaining(ErrorCode.NUMBER_OUT_OF_RANGE.id());
    assertThat(rows.number("a", 1)).hasValue(Long.MAX_VALUE);
    assertThat(add(rows, "a", -1)).isEqualTo(new WriteResult.Added(Long.MAX_VALUE - 1));
    assertThat(add(rows, "new", -5)).isEqualTo(new WriteResult.Added(-5));
    assertThat(rows.get("new")).contains(new Player("", -5));
  }

  @Test
  void floatingSumIsJavasAndMustBeFinite() {
    Schema<Row> schema =
        Schema.builder().column("d", ColumnType.DOUBLE).column("f", ColumnType.FLOAT).build();
    Rows<Row> numbers = rows(new StoreSpec<>("numbers", schema, StoreOptions.defaults(), null));
    long tenth = Double.doubleToRawLongBits(0.1);
    for (int i = 0; i < 3; i++) {
      numbers.write(new Write.Add<>("a", 0, tenth, new Condition.Always<>()));
      numbers.write(
          new Write.Add<>("a", 1, Float.floatToRawIntBits(-0.1f), new Condition.Always<>()));
    }

    assertThat(numbers.number("a", 0)).hasValue(Double.doubleToRawLongBits(0.1 + 0.1 + 0.1));
    assertThat(numbers.number("a", 1)).hasValue(Float.floatToRawIntBits(-0.1f - 0.1f - 0.1f));
    long huge = Double.doubleToRawLongBits(Double.MAX_VALUE);
    numbers.write(new Write.Add<>("a", 0, huge, new Condition.Always<>()));
    assertThatThrownBy(() -> numbers.write(new Write.Add<>("a", 0, huge, new Condition.Always<>())))
        .isInstanceOf(CapacityException.class);
    assertThat(numbers.number("a", 0)).isEqualTo(OptionalLong.of(huge));
  }

  @Test
  void manyRowsAreFoundCountedAndRemoved() {
    for (int i = 0; i < 10_000; i++) {
      put(rows, "key" + i, i);
    }
    for (int i = 0; i < 10_000; i += 2) {
      remove(rows, "key" + i);
    }

    assertThat(rows.count()).isEqualTo(5_000);
    for (int i = 0; i < 10_000; i++) {
      assertThat(rows.number("key" + i, 1))
          .isEqualTo(i % 2 == 0 ? OptionalLong.empty() : OptionalLong.of(i));
    }
    rows.clear();
    assertThat(rows.count()).isZero();
    assertThat(rows.page("", 10)).isEmpty();
  }

  @Test
  void anotherClassWithTheSameColumnsSeesTheSameRows() {
    put(rows, "a", 7);
    Schema<Row> schema =
        Schema.builder()
            .column("name", ColumnType.TEXT, 32)
            .column("score", ColumnType.LONG)
            .build();
    Rows<Row> other = rows(new StoreSpec<>("players", schema, StoreOptions.defaults(), null));

    assertThat(other.get("a").orElseThrow().getString("name")).isEqualTo("n7");
  }

  @Test
  void attachingWithOtherOptionsIsRefused() {
    assertThatThrownBy(
            () -> rows("players", StoreOptions.defaults().withTtl(Duration.ofSeconds(1))))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("ttl=none")
        .hasMessageContaining("ttl=1000ms");
  }

  @Test
  void keysOfEveryLengthUpToTheLimitAreToldApart() {
    for (int length = 1; length <= 63; length++) {
      put(rows, "k".repeat(length), length);
      if (length >= 2) {
        put(rows, "é".repeat(length / 2), -length);
      }
    }

    for (int length = 1; length <= 63; length++) {
      assertThat(rows.number("k".repeat(length), 1)).hasValue(length);
    }
    assertThat(rows.count()).isEqualTo(63 + 31);
    assertThat(rows.page("", 1000)).extracting(Entry::key).doesNotHaveDuplicates().hasSize(94);
  }

  @Test
  void valueLongerThanItsColumnNeverReachesTheNextRow() {
    Column column = PLAYER.column(0);

    assertThatThrownBy(() ->
            rows.write(
                new Write.Put<>(
                    "a",
                    new Player("x".repeat(column.maxBytes() + 1), 0),
                    0,
                    new Condition.Always<>())))
        .isInstanceOf(CapacityException.class);
    assertThat(rows.count()).isZero();
  }

  /** A writer that changes the row during each copy. */
  @Test
  void readerHoldsTheRowOnceItHasCopiedInVainForLong() {
    Rows<Player> hot = rows("hot", StoreOptions.defaults().withCapacity(4));
    put(hot, "a", 7);
    Table table = backend.table("hot");
    Key key = new Key("a", table.seed);
    RowReader.@Nullable Copy<Long> read = null;
    int tries = 0;
    while (read == null) {
      int row = table.find(key);
      read =
          table.reader.copy(
              table.rows.segment(row),
              table.rows.base(row),
              key.word(),
              (segment, base) -> {
                if (RowWord.isLive(table.rows.word(row))) {
                  var _ = add(hot, "a", 1);
                }
                return table.codec.readNumber(segment, base, 1);
              },
              tries);
      tries++;
    }

    assertThat(tries).isEqualTo(RowReader.TRIES + 1);
    assertThat(read.value()).isEqualTo(7 + RowReader.TRIES);
    assertThat(add(hot, "a", 1)).isEqualTo(new WriteResult.Added(8 + RowReader.TRIES));
  }
}
