package io.zeal.benchmarks.table;

import com.github.benmanes.caffeine.cache.Cache;
import io.zeal.Store;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import net.openhft.chronicle.core.io.Closeable;
import net.openhft.chronicle.map.ChronicleMap;

/** What does it cost to add one to a number in a row, atomically? */
public final class CountBenchmark extends TableBenchmark {

  @Override
  public String work() {
    return "increment a column";
  }

  /** What holds, with room for a busy machine, and what later work on speed is for. */
  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(
        Goal.demanded(Peers.CAFFEINE, isHot(setting) ? 2.0 : 1.0),
        Goal.informative(Peers.HEAP_MAP, 0.8),
        Goal.informative(Peers.CHRONICLE, 0.5));
  }

  @Override
  public OptionalLong maxBytesPerOperation(Setting setting) {
    return OptionalLong.of(216);
  }

  @Override
  Subject zeal(Setting setting) {
    ZealTable table = ZealTable.open(setting);
    Store<Player> players = table.players();
    return Subject.of(
        table,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(players.increment(picks.key(), ZealTable.SCORE, 1));
          }
        });
  }

  @Override
  Subject heapMap(Setting setting) {
    ConcurrentHashMap<String, Player> map = Peers.heapMap(setting);
    return Subject.of(
        map::clear,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(map.computeIfPresent(picks.key(), (key, player) -> player.plusOne()));
          }
        });
  }

  @Override
  Subject caffeine(Setting setting) {
    Cache<String, Player> cache = Peers.caffeine(setting);
    return Subject.of(
        cache::invalidateAll,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(
                cache.asMap().computeIfPresent(picks.key(), (key, player) -> player.plusOne()));
          }
        });
  }

  @Override
  Subject chronicle(Setting setting) {
    ChronicleMap<String, PlayerValue> map = Peers.chronicle(setting);
    ThreadLocal<PlayerValue> values = Peers.references();
    return Subject.of(
        map,
        (picks, count, sink) -> {
          PlayerValue value = values.get();
          for (int i = 0; i < count; i++) {
            sink.consume(increment(map, picks.key(), value));
          }
        });
  }

  /** The context holds the lock of the row's segment. */
  @SuppressWarnings("try")
  private static long increment(
      ChronicleMap<String, PlayerValue> map, String key, PlayerValue value) {
    try (Closeable locked = map.acquireContext(key, value)) {
      return value.addAtomicScore(1);
    }
  }
}
