package io.zeal.benchmarks.tiered;

import io.zeal.ReadOptions;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Zeal as an application opens it; what it announces is signed. */
record ZealTiered(Zeal zeal, Store<Player> players) implements AutoCloseable {

  /** Rows that are stored by one call while a store is filled. */
  private static final int PORTION = 10_000;

  private static final long DEADLINE_NANOS = Duration.ofSeconds(60).toNanos();

  /** Copies are as old as they may be unless told otherwise. */
  static ZealTiered open(Driver driver, String address, String store, int rows) {
    return open(tiered(driver, address, rows).build(), store);
  }

  /** Copies end as the entries of a cache do, after an hour, unless something is heard or not. */
  static ZealTiered openForLong(Driver driver, String address, String store, int rows) {
    return open(
        tiered(driver, address, rows).set("zeal.tiered.near-ttl", Peers.TTL.toString()).build(),
        store);
  }

  /** The far level alone. */
  static ZealTiered redis(Driver driver, String address, String store) {
    return open(config(driver, address).set("zeal.backend", "redis").build(), store);
  }

  private static ZealConfig.Builder tiered(Driver driver, String address, int rows) {
    return config(driver, address)
        .set("zeal.backend", "tiered")
        .set("zeal.tiered.near-entries", Integer.toString(2 * rows))
        .set("zeal.tiered.secret", "a secret of this benchmark alone");
  }

  private static ZealConfig.Builder config(Driver driver, String address) {
    return ZealConfig.builder()
        .set("zeal.redis.url", "redis://" + address)
        .set("zeal.redis.driver", driver.id)
        .set("zeal.redis.timeout", "60s");
  }

  private static ZealTiered open(ZealConfig config, String store) {
    Zeal zeal = Zeal.open(config);
    return new ZealTiered(zeal, zeal.store(store, Schema.of(Player.class)));
  }

  ZealTiered filled(Setting setting) {
    for (int from = 0; from < setting.rows(); from += PORTION) {
      Map<String, Player> rows = new LinkedHashMap<>();
      for (int row = from; row < Math.min(setting.rows(), from + PORTION); row++) {
        rows.put(Picks.key(row), Player.number(row));
      }
      players.putAll(rows);
    }
    return this;
  }

  /** Has a copy of every row. */
  ZealTiered copied(Setting setting) {
    for (int row = 0; row < setting.rows(); row++) {
      copy(Picks.key(row));
    }
    return this;
  }

  /** Reads until it is a copy that answers: the first read of a store asks for a lease. */
  void copy(String key) {
    long begin = System.nanoTime();
    while (!isCopied(key)) {
      if (System.nanoTime() - begin > DEADLINE_NANOS) {
        throw new IllegalStateException("No copy of " + key + ". Found: " + zeal.stats());
      }
      LockSupport.parkNanos(20_000);
    }
  }

  private boolean isCopied(String key) {
    return players
        .read(key, ReadOptions.defaults())
        .map(reading -> !reading.age().isZero())
        .orElse(false);
  }

  @Override
  public void close() {
    zeal.close();
  }
}
