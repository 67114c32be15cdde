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

/** What does it cost to add one to a number in a row, atomically? */
final class CountBenchmark extends TableBenchmark {

  CountBenchmark(Scale scale) {
    super(scale);
  }

  @Override
  public String work() {
    return "increment a column";
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return isHot(setting)
        ? List.of(goal(setting, Peers.HEAP_MAP, 0.8), goal(setting, Chronicle.NAME, 0.125))
        : List.of(goal(setting, Peers.HEAP_MAP, 1.0));
  }

  @Override
  public OptionalLong maxBytesPerOperation(Setting setting) {
    return OptionalLong.of(0);
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
    ChronicleMap<String, PlayerValue> map = Chronicle.open(setting);
    ThreadLocal<PlayerValue> values = Chronicle.references();
    return Subject.of(
        map,
        (picks, count, sink) -> {
          PlayerValue value = values.get();
          for (int i = 0; i < count; i++) {
            sink.consume(Chronicle.increment(map, picks.key(), value));
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
            sink.consume(ehcache.increment(picks.key()));
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
            sink.consume(Ohc.increment(cache, picks.key()));
          }
        });
  }
}
