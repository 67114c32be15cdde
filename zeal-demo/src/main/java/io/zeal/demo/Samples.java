package io.zeal.demo;

import io.zeal.BulkResult;
import io.zeal.Capability;
import io.zeal.Store;
import io.zeal.Zeal;
import java.util.LinkedHashMap;
import java.util.Map;

/** Rows to look at. */
final class Samples {

  private static final int BATCH = 500;

  private static final String[] NAMES = {
    "Ada",
    "Alan",
    "Barbara",
    "Claude",
    "Dennis",
    "Edsger",
    "Frances",
    "Grace",
    "Hedy",
    "Joan",
    "Katherine",
    "Ken",
    "Leslie",
    "Margaret",
    "Niklaus",
    "Radia",
    "Sophie",
    "Tony"
  };

  private Samples() {}

  /** Gives an empty list its first store, so that the page has something to show. */
  static void addTo(Stores stores, Zeal zeal) {
    if (stores.list().isEmpty()) {
      Stores.Listed players = new Stores.Listed("players", 0, 10_000, false);
      if (stores.make(players)) {
        var _ = fill(zeal, stores.open(players), 48);
      }
    }
  }

  /**
   * Adds rows under keys nobody used before, as far as the backend can count, in batches; stops at
   * a refusal.
   */
  static BulkResult<Boolean> fill(Zeal zeal, Store<Player> store, int rows) {
    long first = firstOf(zeal, store, rows);
    Map<String, Boolean> done = new LinkedHashMap<>();
    for (int from = 0; from < rows; from += BATCH) {
      BulkResult<Boolean> batch = store.putAll(batch(first + from, Math.min(BATCH, rows - from)));
      done.putAll(batch.values());
      if (!batch.failures().isEmpty()) {
        return new BulkResult<>(done, batch.failures());
      }
    }
    return BulkResult.of(done);
  }

  private static long firstOf(Zeal zeal, Store<Player> store, int rows) {
    if (!zeal.info().can(Capability.COUNTERS)) {
      return 1;
    }
    return zeal.counter("demo/keys/" + Integer.toHexString(store.name().hashCode())).add(rows)
        - rows
        + 1;
  }

  private static Map<String, Player> batch(long first, int rows) {
    Map<String, Player> batch = new LinkedHashMap<>();
    for (long number = first; number < first + rows; number++) {
      batch.put(String.format("player-%05d", number), player(number));
    }
    return batch;
  }

  /** The same number always gives the same player. */
  private static Player player(long number) {
    long mixed = number * 0x9E3779B97F4A7C15L;
    int any = (int) (mixed >>> 40);
    return new Player(
        NAMES[any % NAMES.length], any % 10_000, 1 + any % 60, any % 500 / 100.0, any % 3 == 0);
  }
}
