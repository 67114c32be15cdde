package io.zeal.benchmarks.table;

import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.benchmarks.Setting;

/** Zeal as an application opens it, filled. */
record ZealTable(Zeal zeal, Store<Player> players) implements AutoCloseable {

  static final String NAME = "Zeal table";
  static final String SCORE = "score";

  static ZealTable open(Setting setting) {
    Zeal zeal = Zeal.open(ZealConfig.builder().set("zeal.backend", "table").build());
    Store<Player> players =
        zeal.store(
            "players",
            Schema.of(Player.class),
            StoreOptions.defaults().withCapacity(2L * setting.rows()));
    Peers.fill(setting, players::put);
    return new ZealTable(zeal, players);
  }

  @Override
  public void close() {
    zeal.close();
  }
}
