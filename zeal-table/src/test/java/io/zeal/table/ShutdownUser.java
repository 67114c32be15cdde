package io.zeal.table;

import io.zeal.StoreOptions;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A process that opens a store for the first time while it is ending. */
final class ShutdownUser {

  private ShutdownUser() {}

  /** Ends at once; its hook uses the directory and writes what came of it into a file. */
  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    Path result = Path.of(arguments[1]);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> use(directory, result)));
  }

  private static void use(Path directory, Path result) {
    TableSettings settings =
        new TableSettings(64L << 20, 10, Duration.ofSeconds(5), Optional.of(directory), 1 << 10);
    try (TableBackend table = new TableBackend(settings, new ManualClock())) {
      Rows<TableFixture.Player> rows =
          table.rows(
              new StoreSpec<>(
                  "players", TableFixture.PLAYER, StoreOptions.defaults().withCapacity(100), null));
      Files.writeString(result, TableFixture.put(rows, "a", 1).toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
