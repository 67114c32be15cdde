package io.zeal.benchmarks.table;

import com.github.benmanes.caffeine.cache.Cache;
import io.zeal.Store;
import io.zeal.benchmarks.Pace;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import net.openhft.chronicle.map.ChronicleMap;
import org.caffinitas.ohc.CloseableIterator;
import org.caffinitas.ohc.OHCache;

/** What does it cost to see every row once, with its key? */
final class VisitRowsBenchmark extends TableBenchmark {

  VisitRowsBenchmark(Scale scale) {
    super(scale);
  }

  @Override
  public String work() {
    return "visit all rows";
  }

  /** One call is about all rows, so each is timed by itself. */
  @Override
  public Timing timing() {
    return Timing.MEAN;
  }

  @Override
  public boolean isAllocationMeasured() {
    return false;
  }

  /** With many rows a slice is one call, of a second or more. */
  @Override
  public Pace pace(Pace usual) {
    return scale == Scale.USUAL
        ? usual
        : new Pace(2, 1, Duration.ofMillis(1), 5, Duration.ofMillis(1), false);
  }

  @Override
  Subject zeal(Setting setting) {
    ZealTable table = ZealTable.open(setting);
    Store<Player> players = table.players();
    return Subject.of(
        table,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            players.forEach((key, player) -> {
              sink.consume(key);
              sink.consume(player);
            });
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
            map.forEach((key, player) -> {
              sink.consume(key);
              sink.consume(player);
            });
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
            cache
                .asMap()
                .forEach((key, player) -> {
                  sink.consume(key);
                  sink.consume(player);
                });
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
            map.forEachEntry(entry -> {
              sink.consume(entry.key().get());
              PlayerValue row = entry.value().getUsing(value);
              sink.consume(new Player(row.getName().toString(), row.getScore()));
            });
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
            ehcache
                .cache()
                .forEach(entry -> {
                  sink.consume(entry.getKey());
                  sink.consume(entry.getValue());
                });
          }
        });
  }

  /** It iterates over its keys alone. */
  @Override
  Subject ohc(Setting setting) {
    OHCache<String, Player> cache = Ohc.open(setting);
    return Subject.of(
        cache,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            try (CloseableIterator<String> keys = cache.keyIterator()) {
              while (keys.hasNext()) {
                String key = keys.next();
                sink.consume(key);
                sink.consume(cache.get(key));
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        });
  }
}
