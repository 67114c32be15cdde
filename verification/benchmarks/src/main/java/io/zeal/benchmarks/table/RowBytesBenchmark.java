package io.zeal.benchmarks.table;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.zeal.Schema;
import io.zeal.Stats;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Pace;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import net.openhft.chronicle.map.ChronicleMap;
import org.caffinitas.ohc.OHCache;
import org.caffinitas.ohc.OHCacheBuilder;
import org.ehcache.CacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.MemoryUnit;
import org.ehcache.core.internal.statistics.DefaultStatisticsService;
import org.ehcache.core.spi.service.StatisticsService;
import org.ehcache.core.statistics.TierStatistics;
import org.openjdk.jmh.infra.Blackhole;

/**
 * How many bytes does a row of one text take in a store that is full?
 *
 * <p>No time at all: each candidate is filled, looked at and closed when it is opened, and its
 * figure is bytes. Rows that Zeal keeps as objects to read them faster are bounded whatever the
 * store holds, and are switched off here.
 */
record RowBytesBenchmark(Where where, Length length) implements Benchmark {

  private static final String OFF_HEAP_TIER = "OffHeap";

  /** Which memory counts. */
  enum Where {
    /** All of it. */
    ANYWHERE("bytes of a row", 140),
    /** The heap, which the collector has to go through. */
    HEAP("bytes of a row on the heap", 1);

    final String work;
    final int maxBytes;

    Where(String work, int maxBytes) {
      this.work = work;
      this.maxBytes = maxBytes;
    }
  }

  /** How long keys and texts are. */
  enum Length {
    /** As in the other questions. */
    USUAL(12, 24),
    /** As long as they may be. */
    LONGEST(63, 32);

    final int key;
    final int text;

    Length(int key, int text) {
      this.key = key;
      this.text = text;
    }
  }

  @Override
  public String area() {
    return TableBenchmark.AREA;
  }

  @Override
  public String name() {
    return "RowBytes-" + where + "-" + length;
  }

  @Override
  public String work() {
    return where.work + ", key of " + length.key + ", text of " + length.text;
  }

  @Override
  public Timing timing() {
    return Timing.MEAN;
  }

  /** Nothing changes from one look to the next. */
  @Override
  public Pace pace(Pace usual) {
    return new Pace(0, 0, Duration.ofMillis(1), 1, Duration.ofMillis(1), false);
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000_000, 1));
  }

  @Override
  public List<Setting> quickSettings() {
    return List.of(new Setting(100_000, 1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.demanded(limit(), 1.0));
  }

  @Override
  public List<String> jvmFlags() {
    return Chronicle.FLAGS;
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate(ZealTable.NAME, setting -> figure(this::zeal, setting)),
        new Candidate(limit(), setting -> new Figure(where.maxBytes)),
        new Candidate(Peers.HEAP_MAP, setting -> figure(this::heapMap, setting)),
        new Candidate(Peers.CAFFEINE, setting -> figure(this::caffeine, setting)),
        new Candidate(Chronicle.NAME, setting -> figure(this::chronicle, setting)),
        new Candidate(Ehcache.NAME, setting -> figure(this::ehcache, setting)),
        new Candidate(Ohc.NAME, setting -> figure(this::ohc, setting)));
  }

  private String limit() {
    return where.maxBytes == 1 ? "1 byte" : where.maxBytes + " bytes";
  }

  /** The bytes, rounded up; what the first one ever leaves behind it, does so before. */
  private Figure figure(Filling filling, Setting setting) {
    filling.fill(new Setting(10, 1)).close();
    long before = usedHeapBytes();
    try (Filled filled = filling.fill(setting)) {
      long heapBytes = Math.max(0, usedHeapBytes() - before);
      long bytes = where == Where.HEAP ? heapBytes : heapBytes + filled.offHeapBytes;
      return new Figure(Math.ceilDiv(bytes, setting.rows()));
    }
  }

  /** What is left when the collector is done; the second time finds what the first one freed. */
  private static long usedHeapBytes() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Fills a candidate with as many rows as it has room for. */
  @FunctionalInterface
  private interface Filling {

    Filled fill(Setting setting);
  }

  /** A candidate that is full, and must not be collected before it was looked at. */
  private record Filled(Object store, long offHeapBytes, Runnable end) implements AutoCloseable {

    @Override
    public void close() {
      end.run();
    }
  }

  private void fill(Setting setting, BiConsumer<String, String> put) {
    for (int row = 0; row < setting.rows(); row++) {
      String number = Integer.toString(1_000_000 + row);
      put.accept(
          "user:" + "0".repeat(length.key - 5 - number.length()) + number,
          "x".repeat(length.text - number.length()) + number);
    }
  }

  private Filled zeal(Setting setting) {
    Zeal zeal =
        Zeal.open(
            ZealTable.decoding(
                    ZealConfig.builder()
                        .set("zeal.backend", "table")
                        .set("zeal.table.memory", Long.toString(Peers.roomBytes(setting))))
                .build());
    Store<TextRow> store =
        zeal.store(
            "texts",
            Schema.of(TextRow.class),
            StoreOptions.defaults().withKeyLimit(63).withCapacity(setting.rows()));
    fill(setting, (key, text) -> store.put(key, new TextRow(text)));
    return new Filled(store, committedBytes(zeal, store.name()), zeal::close);
  }

  /** What the store has from the system, its index included. */
  private static long committedBytes(Zeal zeal, String store) {
    return parts(zeal.stats())
        .filter(part -> part.name().equals(store))
        .flatMap(part -> Stream.ofNullable(part.numbers().get("committedBytes")))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<Stats> parts(Stats stats) {
    return Stream.concat(
        Stream.of(stats), stats.parts().values().stream().flatMap(RowBytesBenchmark::parts));
  }

  private Filled heapMap(Setting setting) {
    ConcurrentHashMap<String, TextRow> map = new ConcurrentHashMap<>();
    fill(setting, (key, text) -> map.put(key, new TextRow(text)));
    return new Filled(map, 0, map::clear);
  }

  private Filled caffeine(Setting setting) {
    com.github.benmanes.caffeine.cache.Cache<String, TextRow> cache =
        Caffeine.newBuilder().maximumSize(setting.rows()).build();
    fill(setting, (key, text) -> cache.put(key, new TextRow(text)));
    return new Filled(cache, 0, cache::invalidateAll);
  }

  private Filled chronicle(Setting setting) {
    ChronicleMap<String, String> map =
        ChronicleMap.of(String.class, String.class)
            .averageKeySize(length.key)
            .averageValueSize(length.text)
            .entries(setting.rows())
            .putReturnsNull(true)
            .create();
    fill(setting, map::put);
    return new Filled(map, map.offHeapMemoryUsed(), map::close);
  }

  private Filled ehcache(Setting setting) {
    StatisticsService statistics = new DefaultStatisticsService();
    CacheManager manager =
        CacheManagerBuilder.newCacheManagerBuilder()
            .using(statistics)
            .withCache(
                "texts",
                CacheConfigurationBuilder.newCacheConfigurationBuilder(
                    String.class,
                    String.class,
                    ResourcePoolsBuilder.newResourcePoolsBuilder()
                        .offheap(Peers.roomBytes(setting), MemoryUnit.B)))
            .build(true);
    org.ehcache.Cache<String, String> cache = manager.getCache("texts", String.class, String.class);
    fill(setting, cache::put);
    TierStatistics offHeap =
        requireNonNull(
            statistics.getCacheStatistics("texts").getTierStatistics().get(OFF_HEAP_TIER));
    return new Filled(cache, offHeap.getAllocatedByteSize(), manager::close);
  }

  private Filled ohc(Setting setting) {
    OHCache<String, String> cache =
        OHCacheBuilder.<String, String>newBuilder()
            .keySerializer(new Ohc.TextSerializer())
            .valueSerializer(new Ohc.TextSerializer())
            .capacity(Peers.roomBytes(setting))
            .build();
    fill(setting, cache::put);
    return new Filled(cache, cache.memUsed(), () -> close(cache));
  }

  private static void close(OHCache<?, ?> cache) {
    try {
      cache.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes where others have nanoseconds. */
  private record Figure(long bytes) implements Subject {

    @Override
    public void run(Picks picks, int count, Blackhole sink) {
      sink.consume(bytes);
    }

    /** A slice is as long as a call, so that there is one. */
    @Override
    public long nanosOfOne(Picks picks, Blackhole sink) {
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
      return bytes;
    }

    @Override
    public void close() {}
  }
}
