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

/** What does it cost to replace a whole row by a new record? */
public final class WriteRowBenchmark extends TableBenchmark {

  /** Made once: an application has its text from somewhere else. */
  private static final String NAME = "Player with number 12345";

  @Override
  public String work() {
    return "put a row";
  }

  /** What later work on speed is for. */
  @Override
  public List<Goal> goals(Setting setting) {
    return isHot(setting)
        ? List.of(Goal.informative(Peers.HEAP_MAP, 1.7), Goal.informative(Peers.CHRONICLE, 0.3))
        : List.of(Goal.informative(Peers.HEAP_MAP, 1.7), Goal.informative(Peers.CHRONICLE, 0.6));
  }

  @Override
  public OptionalLong maxBytesPerOperation(Setting setting) {
    return OptionalLong.of(312);
  }

  @Override
  Subject zeal(Setting setting) {
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

  @Override
  Subject heapMap(Setting setting) {
    ConcurrentHashMap<String, Player> map = Peers.heapMap(setting);
    return Subject.of(
        map::clear,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(map.put(picks.key(), new Player(NAME, i)));
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
            cache.put(picks.key(), new Player(NAME, i));
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
            Player player = new Player(NAME, i);
            value.setName(player.name());
            value.setScore(player.score());
            map.put(picks.key(), value);
          }
        });
  }
}
