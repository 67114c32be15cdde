package io.zeal.benchmarks.table;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.benchmarks.Directory;
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

  /** Where the setting is not known, every row that is read is decoded anyway. */
  static ZealConfig.Builder decoding(ZealConfig.Builder config) {
    return knows(HOT_ROWS, "0") ? config.set(HOT_ROWS, "0") : config;
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

  ZealTable filled(Setting setting) {
    Peers.fill(setting, players::put);
    return this;
  }

  /** Whether processes can share rows. */
  static boolean canShare() {
    return Sharing.KNOWN;
  }

  /** Looked at once, and only if somebody asks. */
  private static final class Sharing {

    static final boolean KNOWN = isKnown();

    private static boolean isKnown() {
      try (Directory directory = Directory.create()) {
        return knows(DIRECTORY, directory.path().toString());
      }
    }
  }

  /** Whether the table has a setting. */
  private static boolean knows(String setting, String value) {
    try (Zeal _ =
        Zeal.open(ZealConfig.builder().set("zeal.backend", "table").set(setting, value).build())) {
      return true;
    } catch (ConfigurationException e) {
      return !e.code().equals(ErrorCode.UNKNOWN_SETTING.id());
    }
  }

  @Override
  public void close() {
    zeal.close();
  }
}
