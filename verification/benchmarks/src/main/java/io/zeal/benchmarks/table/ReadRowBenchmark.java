package io.zeal.benchmarks.table;

import com.github.benmanes.caffeine.cache.Cache;
import io.zeal.Store;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import net.openhft.chronicle.map.ChronicleMap;
import org.caffinitas.ohc.OHCache;

/** What does it cost to have a whole row as a record? */
class ReadRowBenchmark extends TableBenchmark {

  private static final int FEW_ROWS = 100_000;

  private static final String FEWER_ROWS = "Zeal table, 100,000 rows";

  ReadRowBenchmark(Scale scale) {
    super(scale);
  }

  @Override
  public String work() {
    return "get a row";
  }

  @Override
  public List<Goal> goals(Setting setting) {
    if (isHot(setting)) {
      return List.of(
          goal(setting, Peers.HEAP_MAP, 0.8),
          goal(setting, Chronicle.NAME, 0.125),
          Goal.informative(Peers.CAFFEINE, 0.5));
    }
    return scale == Scale.USUAL
        ? List.of(
            goal(setting, Peers.HEAP_MAP, 2.0),
            goal(setting, Chronicle.NAME, 0.85),
            Goal.informative(Peers.CAFFEINE, 1.0))
        : List.of(new Goal(FEWER_ROWS, 2.0, setting.threads() == 1));
  }

  @Override
  public OptionalLong maxBytesPerOperation(Setting setting) {
    return OptionalLong.of(272);
  }

  /** With many rows Zeal itself with fewer is among the peers. */
  @Override
  public List<Candidate> candidates() {
    List<Candidate> all = new ArrayList<>(super.candidates());
    if (scale == Scale.LARGE) {
      all.add(new Candidate(FEWER_ROWS, ReadRowBenchmark::fewerRows));
    }
    return all;
  }

  private static Subject fewerRows(Setting setting) {
    Subject reading = reading(ZealTable.open(new Setting(FEW_ROWS, setting.threads())));
    AtomicInteger threads = new AtomicInteger();
    ThreadLocal<Picks> few =
        ThreadLocal.withInitial(() -> new Picks(FEW_ROWS, threads.getAndIncrement()));
    return Subject.of(reading::close, (picks, count, sink) -> reading.run(few.get(), count, sink));
  }

  @Override
  Subject zeal(Setting setting) {
    return reading(ZealTable.open(setting));
  }

  /** Reads from {@code table} until it is closed. */
  static Subject reading(ZealTable table) {
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
    ChronicleMap<String, PlayerValue> map = Chronicle.open(setting);
    ThreadLocal<PlayerValue> values = Chronicle.copies();
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

  @Override
  Subject ehcache(Setting setting) {
    Ehcache ehcache = Ehcache.open(setting);
    return Subject.of(
        ehcache,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(ehcache.cache().get(picks.key()));
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
            sink.consume(cache.get(picks.key()));
          }
        });
  }
}
