package io.zeal.benchmarks.table;

import com.github.benmanes.caffeine.cache.Cache;
import io.zeal.Store;
import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import net.openhft.chronicle.core.io.Closeable;
import net.openhft.chronicle.map.ChronicleMap;

/** What does it cost to add one to a number in a row, atomically? */
public final class CountBenchmark implements Benchmark {

  @Override
  public String area() {
    return TableSettings.AREA;
  }

  @Override
  public String work() {
    return "increment a column";
  }

  @Override
  public List<Setting> settings() {
    return TableSettings.ALL;
  }

  @Override
  public List<String> jvmFlags() {
    return TableSettings.CHRONICLE_FLAGS;
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate(ZealTable.NAME, CountBenchmark::zeal),
        new Candidate(Peers.HEAP_MAP, CountBenchmark::heapMap),
        new Candidate(Peers.CAFFEINE, CountBenchmark::caffeine),
        new Candidate(Peers.CHRONICLE, CountBenchmark::chronicle));
  }

  /** What later work on speed is for. */
  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.informative(Peers.HEAP_MAP, 0.8), Goal.informative(Peers.CHRONICLE, 0.5));
  }

  private static Subject zeal(Setting setting) {
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

  private static Subject heapMap(Setting setting) {
    ConcurrentHashMap<String, Player> map = Peers.heapMap(setting);
    return Subject.of(
        map::clear,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(map.computeIfPresent(picks.key(), (key, player) -> player.plusOne()));
          }
        });
  }

  private static Subject caffeine(Setting setting) {
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

  private static Subject chronicle(Setting setting) {
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
