package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.CapacityException;
import io.zeal.ColumnType;
import io.zeal.CounterOptions;
import io.zeal.Finding;
import io.zeal.Overflow;
import io.zeal.Row;
import io.zeal.Schema;
import io.zeal.Stats;
import io.zeal.StoreOptions;
import io.zeal.spi.Condition;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableMemoryTest extends TableFixture {

  @ParameterizedTest
  @ValueSource(longs = {1, 7, 64, 65, 5_000, 20_000})
  void fullTableTakesWhatTheFormulaSays(long capacity) {
    Rows<Player> rows = rows("players", StoreOptions.defaults().withCapacity(capacity));
    Table table = backend.table("players");

    assertThat(table.committedBytes()).isLessThan(table.layout.memoryBytes());
    for (int i = 0; i < capacity; i++) {
      put(rows, "key" + i, i);
    }

    Stats stats = backend.stats().parts().get("stores").parts().get("players");
    assertThat(stats.numbers().get("memoryBytes")).isEqualTo(table.layout.memoryBytes());
    assertThat(stats.numbers().get("committedBytes")).isEqualTo(table.layout.memoryBytes());
    assertThat(stats.numbers().get("rows")).isEqualTo(capacity);
  }

  @Test
  void formulaIsTheSumOfItsParts() {
    TableLayout layout =
        new TableLayout(
            Schema.builder()
                .column("flag", ColumnType.BOOLEAN)
                .column("name", ColumnType.TEXT, 20)
                .column("score", ColumnType.LONG)
                .column("small", ColumnType.SHORT)
                .build()
                .columns(),
            1000,
            63,
            1);

    assertThat(layout.offset(2)).isEqualTo(24);
    assertThat(layout.offset(3)).isEqualTo(32);
    assertThat(layout.offset(0)).isEqualTo(34);
    assertThat(layout.lengthOffset(1)).isEqualTo(35);
    assertThat(layout.offset(1)).isEqualTo(36);
    assertThat(layout.keyOffset()).isEqualTo(36 + 20);
    assertThat(layout.rowBytes()).isEqualTo(56 + 64);
    assertThat(layout.expiryWords()).isEqualTo(16 + 1);
    assertThat(layout.freeWords()).isEqualTo(16);
    assertThat(layout)
        .hasToString(
            "3136 (header, intents, words) + 162 buckets x 64 + 1000 rows x 120 = 133504 bytes");
  }

  @Test
  void storeThatCannotFitIsRefusedBeforeItsFirstWrite() {
    try (TableBackend small = backend(1 << 20)) {
      StoreSpec<Player> large =
          new StoreSpec<>("large", PLAYER, StoreOptions.defaults().withCapacity(10_000), null);

      assertThatThrownBy(() -> small.rows(large))
          .isInstanceOf(CapacityException.class)
          .hasMessageContaining("10000 rows x 128")
          .hasMessageContaining("of 1048576 bytes (zeal.table.memory) 1048576 are left")
          .hasMessageContaining("ZEAL-304");
      small.rows(
          new StoreSpec<>("large", PLAYER, StoreOptions.defaults().withCapacity(1000), null));
      assertThat(small.stats().numbers().get("committedBytes")).isLessThan(4000);
    }
  }

  @Test
  void rowsLargerThanAChunkWork() {
    Schema<Row> schema =
        Schema.builder()
            .column("a", ColumnType.BYTES, 1 << 20)
            .column("b", ColumnType.BYTES, 1 << 20)
            .build();
    Rows<Row> rows =
        rows(new StoreSpec<>("wide", schema, StoreOptions.defaults().withCapacity(3), null));
    byte[] large = new byte[1 << 20];
    java.util.Arrays.fill(large, (byte) 7);
    Row row = Row.of(schema, Map.of("a", large, "b", new byte[] {1}));

    rows.write(new Write.Put<>("x", row, 0, new Condition.Always<>()));
    rows.write(new Write.Put<>("y", row, 0, new Condition.Always<>()));

    assertThat(rows.get("x")).contains(row);
    assertThat(rows.bytes("y", 1)).hasValueSatisfying(b -> assertThat(b).containsExactly(1));
  }

  @Test
  void countersTakeTheirMemoryWithTheFirst() {
    TableLayout layout = TableCounters.layout(100, 1);
    try (TableBackend small = backend(layout.memoryBytes() - 1)) {
      assertThatThrownBy(
              () -> small.counters().counter(new CounterSpec("c", CounterOptions.defaults())))
          .isInstanceOf(CapacityException.class)
          .hasMessageContaining("The counters takes " + layout);
      assertThat(small.stats().numbers()).containsEntry("memoryBytes", 0L);
    }
    counter("c", CounterOptions.defaults());
    assertThat(backend.stats().numbers()).containsEntry("memoryBytes", layout.memoryBytes());
  }

  @Test
  void moreRowsThanARowNumberCanNameAreRefused() {
    StoreSpec<Player> huge =
        new StoreSpec<>("huge", PLAYER, StoreOptions.defaults().withCapacity(1L << 31), null);

    assertThatThrownBy(() -> backend.rows(huge))
        .isInstanceOf(CapacityException.class)
        .hasMessageContaining("at most 1073741824");
  }

  @Test
  void nearlyFullStoreIsAFinding() {
    Rows<Player> rows = rows("nearly", StoreOptions.defaults().withCapacity(10));
    put(rows, "a", 1);
    assertThat(backend.inspect()).extracting(Finding::code).doesNotContain(TableReport.NEARLY_FULL);
    for (int i = 0; i < 8; i++) {
      put(rows, "k" + i, 1);
    }

    assertThat(backend.inspect())
        .anySatisfy(finding -> {
          assertThat(finding.code()).isEqualTo(TableReport.NEARLY_FULL);
          assertThat(finding.found()).contains("9 of 10 rows");
        })
        .anySatisfy(
            finding -> assertThat(finding.found()).contains("10 rows x 128").contains("bytes"));
  }

  @Test
  void fullStoreThatEvictsIsNone() {
    Rows<Player> rows =
        rows("evicts", StoreOptions.defaults().withCapacity(4).withOverflow(Overflow.EVICT));
    for (int i = 0; i < 8; i++) {
      put(rows, "k" + i, 1);
    }

    assertThat(backend.inspect()).extracting(Finding::code).doesNotContain(TableReport.NEARLY_FULL);
  }
}
