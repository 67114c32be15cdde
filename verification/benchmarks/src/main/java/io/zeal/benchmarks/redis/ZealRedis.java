package io.zeal.benchmarks.redis;

import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.verification.servers.RedisServer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Zeal as an application opens it, filled. */
record ZealRedis(Zeal zeal, Store<Player> players) implements AutoCloseable {

  /** Rows that are stored by one call while a store is filled. */
  private static final int PORTION = 10_000;

  static ZealRedis open(Driver driver, Setting setting) {
    return open(driver, Peers.server(), "players-" + driver.id, setting.rows());
  }

  static ZealRedis open(Driver driver, RedisServer server, String store, int rows) {
    Zeal zeal =
        Zeal.open(
            ZealConfig.builder()
                .set("zeal.backend", "redis")
                .set("zeal.redis.url", "redis://" + server.address())
                .set("zeal.redis.driver", driver.id)
                .set("zeal.redis.timeout", "60s")
                .build());
    ZealRedis opened = new ZealRedis(zeal, zeal.store(store, Schema.of(Player.class)));
    opened.fill(rows);
    return opened;
  }

  void fill(int rows) {
    for (int from = 0; from < rows; from += PORTION) {
      players.putAll(rows(from, Math.min(rows, from + PORTION)));
    }
  }

  static Map<String, Player> rows(int from, int to) {
    Map<String, Player> rows = new LinkedHashMap<>();
    for (int row = from; row < to; row++) {
      rows.put(Picks.key(row), Player.number(row));
    }
    return rows;
  }

  @Override
  public void close() {
    zeal.close();
  }
}
