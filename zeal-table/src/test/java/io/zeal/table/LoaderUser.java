package io.zeal.table;

import io.zeal.StoreOptions;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.table.TableFixture.Player;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/** Uses a table by the classes of its own class loader; told what to do in words. */
public final class LoaderUser implements Function<String, String>, AutoCloseable {

  private final TableBackend backend;
  private final Rows<Player> rows;

  /** Opens the table. */
  public LoaderUser(Path directory) {
    this.backend =
        new TableBackend(
            new TableSettings(1 << 24, 10, Duration.ofMillis(300), Optional.of(directory), 1 << 19),
            InstantSource.system());
    this.rows =
        backend.rows(
            new StoreSpec<>(
                "loaders", TableFixture.PLAYER, StoreOptions.defaults().withCapacity(100), null));
  }

  @Override
  public String apply(String what) {
    Table table = backend.table("loaders");
    return switch (what) {
      case "add" -> String.valueOf(TableFixture.add(rows, "a", 1));
      case "put" -> String.valueOf(TableFixture.put(rows, "a", 1));
      case "count" -> String.valueOf(rows.count());
      case "place" -> String.valueOf(table.memory.processes.own());
      case "hold" -> {
        Key key = new Key("a", table.seed);
        int row = table.find(key);
        long held = RowWord.held(key.word(), RowWord.HELD, table.intents.withoutIntent());
        yield String.valueOf(table.rows.compareAndSet(row, key.word(), held));
      }
      case "inspect" -> {
        TableInspector.inspect(table);
        yield "whole";
      }
      default -> throw new IllegalArgumentException(what);
    };
  }

  @Override
  public void close() {
    backend.close();
  }
}
