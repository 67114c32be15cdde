package io.zeal.benchmarks.table;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Those on the heap, filled, and what all peers share. Whoever has a bound has it at twice the
 * rows, so that nobody evicts.
 */
final class Peers {

  static final String HEAP_MAP = "ConcurrentHashMap";
  static final String CAFFEINE = "Caffeine";

  private Peers() {}

  static ConcurrentHashMap<String, Player> heapMap(Setting setting) {
    ConcurrentHashMap<String, Player> map = new ConcurrentHashMap<>(2 * setting.rows());
    fill(setting, map::put);
    return map;
  }

  static Cache<String, Player> caffeine(Setting setting) {
    Cache<String, Player> cache = Caffeine.newBuilder().maximumSize(2L * setting.rows()).build();
    fill(setting, cache::put);
    return cache;
  }

  static void fill(Setting setting, BiConsumer<String, Player> put) {
    for (int row = 0; row < setting.rows(); row++) {
      put.accept(Picks.key(row), Player.number(row));
    }
  }

  /** For twice the rows, for whoever has a bound in bytes. */
  static long roomBytes(Setting setting) {
    return (64L << 20) + 2L * setting.rows() * 256;
  }
}
