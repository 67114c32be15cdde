package io.zeal.benchmarks.table;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.values.Values;

/** The peers, filled. Whoever has a bound has it at twice the rows, so that nobody evicts. */
final class Peers {

  static final String HEAP_MAP = "ConcurrentHashMap";
  static final String CAFFEINE = "Caffeine";
  static final String CHRONICLE = "Chronicle Map";

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

  static ChronicleMap<String, PlayerValue> chronicle(Setting setting) {
    ChronicleMap<String, PlayerValue> map =
        ChronicleMap.of(String.class, PlayerValue.class)
            .averageKeySize(Picks.key(0).length())
            .entries(2L * setting.rows())
            .putReturnsNull(true)
            .create();
    PlayerValue value = Values.newHeapInstance(PlayerValue.class);
    fill(
        setting,
        (key, player) -> {
          value.setName(player.name());
          value.setScore(player.score());
          map.put(key, value);
        });
    return map;
  }

  static void fill(Setting setting, BiConsumer<String, Player> put) {
    for (int row = 0; row < setting.rows(); row++) {
      put.accept(Picks.key(row), Player.number(row));
    }
  }

  /** Chronicle's way not to allocate: one instance per thread that each read fills. */
  static ThreadLocal<PlayerValue> copies() {
    return ThreadLocal.withInitial(() -> Values.newHeapInstance(PlayerValue.class));
  }

  /** As {@link #copies()}, without the copy: the instance lies on the row itself. */
  static ThreadLocal<PlayerValue> references() {
    return ThreadLocal.withInitial(() -> Values.newNativeReference(PlayerValue.class));
  }
}
