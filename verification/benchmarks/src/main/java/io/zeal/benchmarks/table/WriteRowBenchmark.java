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
import org.caffinitas.ohc.OHCache;

/** What does it cost to replace a whole row by a new record? */
final class WriteRowBenchmark extends TableBenchmark {

  WriteRowBenchmark(Scale scale) {
    super(scale);
  }

  /** Made once: an application has its text from somewhere else. */
  private static final String NAME = "Player with number 12345";

  @Override
  public String work() {
    return "put a row";
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return isHot(setting)
        ? List.of(goal(setting, Peers.HEAP_MAP, 1.5), goal(setting, Chronicle.NAME, 0.167))
        : List.of(goal(setting, Peers.HEAP_MAP, 2.2));
  }

  /** The caller's record. */
  @Override
  public OptionalLong maxBytesPerOperation(Setting setting) {
    return OptionalLong.of(24);
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
    ChronicleMap<String, PlayerValue> map = Chronicle.open(setting);
    ThreadLocal<PlayerValue> values = Chronicle.copies();
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

  @Override
  Subject ehcache(Setting setting) {
    Ehcache ehcache = Ehcache.open(setting);
    return Subject.of(
        ehcache,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            ehcache.cache().put(picks.key(), new Player(NAME, i));
          }
        });
  }

  @Override
  Subject ohc(Setting setting) {
    OHCache<String, Player> cache = Ohc.open(setting);
    return Subject.of(
        cache,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(cache.put(picks.key(), new Player(NAME, i)));
          }
        });
  }
}
