package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.CounterOptions;
import io.zeal.StoreOptions;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A directory for each test, and instances on it. Afterwards, when nobody uses it any more, the
 * structure of every table that was opened there is checked, the counters' as well.
 */
abstract class SharedFixture extends TableFixture {

  private static final long COUNTERS = 100;

  @TempDir(factory = SharedMemory.class)
  Path directory;

  private final Map<String, StoreSpec<?>> shared = new LinkedHashMap<>();
  private boolean hasCounters;

  TableBackend open() {
    return open(COUNTERS);
  }

  TableBackend open(long counters) {
    return open(64L << 20, counters, 1 << 19);
  }

  TableBackend open(long memoryBytes, long counters, long hotRows) {
    return new TableBackend(
        new TableSettings(
            memoryBytes, counters, Duration.ofSeconds(5), Optional.of(directory), hotRows),
        clock);
  }

  static StoreSpec<Player> spec(long capacity) {
    return spec("shared", StoreOptions.defaults().withCapacity(capacity));
  }

  static StoreSpec<Player> spec(String name, StoreOptions options) {
    return new StoreSpec<>(name, PLAYER, options, null);
  }

  /** The rows of a store, whose table is looked at in the end. */
  <R> Rows<R> rows(TableBackend instance, StoreSpec<R> spec) {
    Rows<R> rows = instance.rows(spec);
    shared.put(spec.name(), spec);
    return rows;
  }

  CounterCell counter(TableBackend instance, String name) {
    CounterCell cell =
        instance.counters().counter(new CounterSpec(name, CounterOptions.defaults()));
    hasCounters = true;
    return cell;
  }

  @AfterEach
  void sharedStructureIsWhole() {
    try (TableBackend last = open()) {
      for (StoreSpec<?> spec : shared.values()) {
        Rows<?> rows = last.rows(spec);
        TableInspector.inspect(last.table(spec.name()));
        assertThat(rows.page("", Integer.MAX_VALUE).size()).isEqualTo(rows.count());
      }
      if (hasCounters) {
        var _ = counter(last, "looked at");
        inspectCounters(last);
      }
    }
  }
}
