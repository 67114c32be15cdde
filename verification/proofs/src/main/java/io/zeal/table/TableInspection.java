package io.zeal.table;

import io.zeal.Schema;
import io.zeal.StoreOptions;
import io.zeal.spi.StoreSpec;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Looks at the structure of tables in a directory. */
public final class TableInspection {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Only what is in the file is looked at. */
  private static final long NO_HOT_ROWS = 0;

  private TableInspection() {}

  /** The directory or archive that the classes of tables are in. */
  public static Path placeOfTables() throws URISyntaxException {
    return Path.of(TableBackend.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /**
   * Looks at stores of one schema that nobody changes, once whatever dead processes had begun is
   * ended.
   *
   * @param counters how many counters there may be
   * @param stores what each is opened with
   * @throws IllegalStateException if anything is held or not as it should be; it says all of it
   */
  public static void inspect(
      Path directory, long counters, Schema<?> schema, Map<String, StoreOptions> stores) {
    TableSettings settings =
        new TableSettings(1L << 30, counters, TIMEOUT, Optional.of(directory), NO_HOT_ROWS);
    try (TableBackend backend = new TableBackend(settings, InstantSource.system())) {
      stores.forEach((name, options) -> {
        var _ = backend.rows(new StoreSpec<>(name, schema, options, null));
        Table table = backend.table(name);
        table.memory.processes.probeAll();
        TableInspector.inspect(table);
      });
    }
  }
}
