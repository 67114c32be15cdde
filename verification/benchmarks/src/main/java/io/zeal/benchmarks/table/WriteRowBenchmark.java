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
import net.openhft.chronicle.map.ChronicleMap;

/** What does it cost to replace a whole row by a new record? */
public final class WriteRowBenchmark implements Benchmark {

  /** Made once: an application has its text from somewhere else. */
  private static final String NAME = "Player with number 12345";

  @Override
  public String area() {
    return TableSettings.AREA;
  }

  @Override
  public String work() {
    return "put a row";
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
        new Candidate(ZealTable.NAME, WriteRowBenchmark::zeal),
        new Candidate(Peers.HEAP_MAP, WriteRowBenchmark::heapMap),
        new Candidate(Peers.CAFFEINE, WriteRowBenchmark::caffeine),
        new Candidate(Peers.CHRONICLE, WriteRowBenchmark::chronicle));
  }

  /** What later work on speed is for. */
  @Override
  public List<Goal> goals(Setting setting) {
    return TableSettings.isHot(setting)
        ? List.of(Goal.informative(Peers.HEAP_MAP, 1.7), Goal.informative(Peers.CHRONICLE, 0.3))
        : List.of(Goal.informative(Peers.HEAP_MAP, 1.7), Goal.informative(Peers.CHRONICLE, 0.6));
  }

  private static Subject zeal(Setting setting) {
    ZealTable table = ZealTable.open(setting);
    Store<Player> players = table.players();
    return Subject.of(
        table,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            players.put(picks.key(), new Player(NAME, i));
          }
        });
  }

  private static Subject heapMap(Setting setting) {
    ConcurrentHashMap<String, Player> map = Peers.heapMap(setting);
    return Subject.of(
        map::clear,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(map.put(picks.key(), new Player(NAME, i)));
          }
        });
  }

  private static Subject caffeine(Setting setting) {
    Cache<String, Player> cache = Peers.caffeine(setting);
    return Subject.of(
        cache::invalidateAll,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            cache.put(picks.key(), new Player(NAME, i));
          }
        });
  }

  private static Subject chronicle(Setting setting) {
    ChronicleMap<String, PlayerValue> map = Peers.chronicle(setting);
    ThreadLocal<PlayerValue> values = Peers.copies();
    return Subject.of(
        map,
        (picks, count, sink) -> {
          PlayerValue value = values.get();
          for (int i = 0; i < count; i++) {
            Player player = new Player(NAME, i);
            value.setName(player.name());
            value.setScore(player.score());
            map.put(picks.key(), value);
          }
        });
  }
}
