package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.zeal.BulkResult;
import io.zeal.ColumnType;
import io.zeal.MaxBytes;
import io.zeal.ReadOptions;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that travel in one script are still rows of their own. */
class PutAllTest {

  record Row(@MaxBytes(16) String name, long number) {}

  private static final int MANY = 200;

  private final String name = "putall-" + UUID.randomUUID().toString().substring(0, 8);
  private Zeal zeal;

  @BeforeEach
  void open() {
    zeal = SharedServer.open(ZealConfig.builder(), "lettuce");
  }

  @AfterEach
  void close() {
    zeal.close();
  }

  @Test
  void aKeyOfAForeignTypeFailsAlone() {
    Store<Row> store = zeal.store(name, Schema.of(Row.class));
    store.put("first", new Row("n", 0));
    String bucket = "zeal:s:{" + name + ":0}:";
    Object generation = SharedServer.get().command("GET", bucket + "g");
    assertThat(SharedServer.get().command("SET", bucket + generation + ":r:k70", "foreign"))
        .isEqualTo("OK");

    BulkResult<Boolean> result = store.putAll(rows(MANY, 1));

    assertThat(result.failures()).containsOnlyKeys("k70");
    assertThat(store.count()).isEqualTo(MANY); // the others, and the first
    assertThat(store.get("k69")).contains(new Row("n", 1));
    assertThat(store.get("k199")).contains(new Row("n", 1));
  }

  @Test
  void replacedRowsAreCountedOnceWhateverTheirExpiry() {
    Store<Row> store = zeal.store(name, Schema.of(Row.class));
    Store<Row> passing =
        zeal.store(
            name + "-ttl",
            Schema.of(Row.class),
            StoreOptions.defaults().withTtl(Duration.ofHours(1)));
    for (int round = 0; round < 2; round++) {
      store.putAll(rows(MANY, round));
      passing.putAll(rows(MANY, round));
    }
    assertThat(store.count()).isEqualTo(MANY);
    assertThat(passing.count()).isEqualTo(MANY);
    assertThat(passing.getAll(rows(MANY, 0).keySet()).values())
        .hasSize(MANY)
        .containsValue(new Row("n", 1));
    assertThat(passing.read("k5", ReadOptions.defaults()).orElseThrow().remaining()).isPresent();
  }

  @Test
  void rowsThatExpiredAndComeBackStayForGood() {
    Store<Row> store = zeal.store(name, Schema.of(Row.class));
    rows(MANY, 0).forEach((key, row) -> store.put(key, row, Duration.ofMillis(1)));
    while (store.contains("k0") || store.contains("k199")) {
      Thread.onSpinWait();
    }
    store.putAll(rows(MANY, 1));
    assertThat(store.count()).isEqualTo(MANY);
    store.putAll(rows(MANY, 2));
    assertThat(store.count()).isEqualTo(MANY);
  }

  @Test
  void rowsOfMoreColumnsThanOneCallOfAScriptTakesAreStored() {
    Schema.Builder columns = Schema.builder();
    for (int i = 0; i < 150; i++) {
      columns.column("c" + i, ColumnType.LONG);
    }
    Schema<io.zeal.Row> schema = columns.build();
    Store<io.zeal.Row> store = zeal.store(name, schema);
    io.zeal.Row wide = io.zeal.Row.of(schema, Map.of("c0", 1L, "c149", Long.MIN_VALUE));

    assertThat(store.putAll(Map.of("a", wide, "b", wide)).failures()).isEmpty();

    assertThat(store.getAll(List.of("a", "b")).values())
        .containsOnly(entry("a", wide), entry("b", wide));
    assertThat(store.count()).isEqualTo(2);
  }

  private static Map<String, Row> rows(int count, long number) {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      rows.put("k" + i, new Row("n", number));
    }
    return rows;
  }
}
