package io.zeal.benchmarks.memcached;

import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import java.util.LinkedHashMap;
import java.util.Map;

/** Zeal as an application opens it, filled. */
record ZealMemcached(Zeal zeal, Store<Player> players) implements AutoCloseable {

  static ZealMemcached open(Protocol protocol, Setting setting) {
    Zeal zeal =
        Zeal.open(
            ZealConfig.builder()
                .set("zeal.backend", "memcached")
                .set("zeal.memcached.servers", Peers.server().address())
                .set("zeal.memcached.protocol", protocol.id)
                .set("zeal.memcached.timeout", "60s")
                .build());
    Store<Player> players = zeal.store("players-" + protocol.id, Schema.of(Player.class));
    players.putAll(rows(setting)).orThrow();
    return new ZealMemcached(zeal, players);
  }

  static Map<String, Player> rows(Setting setting) {
    Map<String, Player> rows = new LinkedHashMap<>();
    for (int row = 0; row < setting.rows(); row++) {
      rows.put(Picks.key(row), Player.number(row));
    }
    return rows;
  }

  @Override
  public void close() {
    zeal.close();
  }
}
