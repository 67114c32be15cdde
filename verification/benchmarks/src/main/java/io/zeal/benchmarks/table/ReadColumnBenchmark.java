package io.zeal.benchmarks.table;

import static java.util.Objects.requireNonNull;

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

/** What does it cost to have one number of a row? */
final class ReadColumnBenchmark extends TableBenchmark {

  ReadColumnBenchmark(Scale scale) {
    super(scale);
  }

  @Override
  public String work() {
    return "get a long column";
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return isHot(setting)
        ? List.of(goal(setting, Peers.HEAP_MAP, 1.2), goal(setting, Chronicle.NAME, 0.2))
        : List.of(goal(setting, Peers.HEAP_MAP, 2.0));
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
            sink.consume(players.getLong(picks.key(), ZealTable.SCORE).orElseThrow());
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
            sink.consume(requireNonNull(map.get(picks.key())).score());
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
            sink.consume(requireNonNull(cache.getIfPresent(picks.key())).score());
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
            sink.consume(map.getUsing(picks.key(), value).getScore());
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
            sink.consume(ehcache.cache().get(picks.key()).score());
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
            sink.consume(requireNonNull(cache.get(picks.key())).score());
          }
        });
  }
}
