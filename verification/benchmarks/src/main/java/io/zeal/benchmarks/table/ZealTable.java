package io.zeal.benchmarks.table;

import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import java.nio.file.Path;

/** Zeal as an application opens it. */
record ZealTable(Zeal zeal, Store<Player> players) implements AutoCloseable {

  static final String NAME = "Zeal table";
  static final String SCORE = "score";

  /** How many rows may be kept as objects. */
  private static final String HOT_ROWS = "zeal.table.hot-rows";

  /** Where the rows are that processes share. */
  private static final String DIRECTORY = "zeal.table.directory";

  static ZealTable open(Setting setting) {
    return open(config(setting), setting).filled(setting);
  }

  /** No row is kept as an object: each read makes a new one. */
  static ZealTable openDecoding(Setting setting) {
    return open(decoding(config(setting)), setting).filled(setting);
  }

  /** The store that every process has which names {@code directory}; not filled. */
  static ZealTable openShared(Path directory, Setting setting) {
    return open(config(setting).set(DIRECTORY, directory.toString()), setting);
  }

  private static ZealConfig.Builder config(Setting setting) {
    return ZealConfig.builder()
        .set("zeal.backend", "table")
        .set("zeal.table.memory", Long.toString(Peers.roomBytes(setting)));
  }

  static ZealConfig.Builder decoding(ZealConfig.Builder config) {
    return config.set(HOT_ROWS, "0");
  }

  private static ZealTable open(ZealConfig.Builder config, Setting setting) {
    Zeal zeal = Zeal.open(config.build());
    return new ZealTable(
        zeal,
        zeal.store(
            "players",
            Schema.of(Player.class),
            StoreOptions.defaults().withCapacity(2L * setting.rows())));
  }

  /** What the table keeps of a row on the heap has a key that nobody asks for. */
  ZealTable filled(Setting setting) {
    Peers.fill(setting, players::put);
    for (int row = 0; row < setting.rows(); row++) {
      var _ = players.contains(Picks.key(row));
    }
    return this;
  }

  @Override
  public void close() {
    zeal.close();
  }
}
