package io.zeal.benchmarks.table;

import com.github.benmanes.caffeine.cache.Cache;
import io.zeal.Store;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import net.openhft.chronicle.map.ChronicleMap;

/** What does it cost to have a whole row as a record? */
public final class ReadRowBenchmark extends TableBenchmark {

  @Override
  public String work() {
    return "get a row";
  }

  /** What later work on speed is for. */
  @Override
  public List<Goal> goals(Setting setting) {
    return isHot(setting)
        ? List.of(
            Goal.informative(Peers.HEAP_MAP, 0.8),
            Goal.informative(Peers.CAFFEINE, 0.5),
            Goal.informative(Peers.CHRONICLE, 0.4))
        : List.of(Goal.informative(Peers.CAFFEINE, 1.0), Goal.informative(Peers.CHRONICLE, 0.85));
  }

  @Override
  public OptionalLong maxBytesPerOperation(Setting setting) {
    return OptionalLong.of(272);
  }

  @Override
  Subject zeal(Setting setting) {
    ZealTable table = ZealTable.open(setting);
    Store<Player> players = table.players();
    return Subject.of(
        table,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(players.get(picks.key()).orElseThrow());
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
            sink.consume(map.get(picks.key()));
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
            sink.consume(cache.getIfPresent(picks.key()));
          }
        });
  }

  @Override
  Subject chronicle(Setting setting) {
    ChronicleMap<String, PlayerValue> map = Peers.chronicle(setting);
    ThreadLocal<PlayerValue> values = Peers.copies();
    return Subject.of(
        map,
        (picks, count, sink) -> {
          PlayerValue value = values.get();
          for (int i = 0; i < count; i++) {
            map.getUsing(picks.key(), value);
            sink.consume(new Player(value.getName().toString(), value.getScore()));
          }
        });
  }
}
