package io.zeal.demo;

import io.zeal.BackendInfo;
import io.zeal.BackendUnavailableException;
import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.LoadContext;
import io.zeal.Loader;
import io.zeal.OperationTimeoutException;
import io.zeal.ValueType;
import io.zeal.Zeal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The cache of the page: reports that take a second to load, and entries with tags. All keys are
 * known beforehand, but for those of a stampede, which ends by removing its own.
 */
final class DemoCache {

  /** The keys of the reports. */
  static final List<String> REPORTS =
      List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");

  private static final List<String> COLOURS = List.of("red", "green", "blue");
  private static final List<String> SHAPES = List.of("circle", "square");

  static final List<String> TAGS = Stream.concat(COLOURS.stream(), SHAPES.stream()).toList();

  /** Every colour in every shape, each with both as its tags. */
  static final List<Tagged> TAGGED =
      COLOURS.stream()
          .flatMap(colour -> SHAPES.stream().map(shape -> Tagged.of(colour, shape)))
          .toList();

  private static final Duration LOAD = Duration.ofSeconds(1);
  private static final CacheOptions OPTIONS =
      CacheOptions.defaults().withTtl(Duration.ofHours(1)).withMaxStale(Duration.ofHours(1));
  private static final CacheOptions BRIEFLY =
      CacheOptions.defaults().withTtl(Duration.ofMinutes(1));

  /** An entry with two tags. */
  record Tagged(String key, List<String> tags) {

    private static Tagged of(String colour, String shape) {
      return new Tagged(colour + "-" + shape, List.of(colour, shape));
    }
  }

  /** What keeps the entries. */
  enum Keeper {
    /** Memory alone: a restart begins cold. */
    MEMORY,
    /** Memory and files: a restart is warm. */
    FILES,
    /** A table, for all processes of this host that share it. */
    TABLE,
    /** The servers of the backend, for everyone who shares it. */
    SERVER
  }

  /** Where a value came from. */
  enum Source {
    /** This call loaded it. */
    LOADED,
    /** Another call was loading it, and this one waited for that. */
    JOINED,
    /** It was there, and fresh. */
    CACHED,
    /** It was there, expired, and no new one could be had. */
    STALE
  }

  /**
   * A value and how it was had.
   *
   * @param tried whether this call asked the loader
   */
  record Served(Report report, Source source, boolean tried, long micros) {}

  /** Many callers of one key that is missing. */
  record Stampede(int served, int loads, long values, long millis) {}

  private final Cache cache;
  private final BackendInfo.Scope scope;
  private final String process;
  private final long startedMillis = System.currentTimeMillis();
  private final int warm;

  private DemoCache(Cache cache, BackendInfo.Scope scope, String process) {
    this.cache = cache;
    this.scope = scope;
    this.process = process;
    this.warm = (int) keys().filter(cache::contains).count();
  }

  /** Opens it for the demo of that name, and counts what an earlier process left. */
  static DemoCache open(Zeal zeal, String process) {
    return new DemoCache(zeal.cache("demo", OPTIONS), zeal.info().scope(), process);
  }

  private static Stream<String> keys() {
    return Stream.concat(REPORTS.stream(), TAGGED.stream().map(Tagged::key));
  }

  /** The report, loaded if it has to be, by a loader that works or one that fails. */
  Served get(String key, boolean loaderFails) {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger loaded = new AtomicInteger();
    Loader<Report> loader =
        context -> {
          asked.incrementAndGet();
          if (loaderFails) {
            throw new IllegalStateException("The source of the reports is switched off.");
          }
          Report report = load(context);
          loaded.incrementAndGet();
          return report;
        };
    boolean there = isFresh(key);
    long start = System.nanoTime();
    Report report = compute(key, OPTIONS, loader);
    long micros = (System.nanoTime() - start) / 1000;
    return new Served(report, source(key, loaded.get() > 0, there), asked.get() > 0, micros);
  }

  /** What is not fresh after all was served stale: a load would have made it fresh. */
  private Source source(String key, boolean loaded, boolean wasThere) {
    if (loaded) {
      return Source.LOADED;
    }
    if (!isFresh(key)) {
      return Source.STALE;
    }
    return wasThere ? Source.CACHED : Source.JOINED;
  }

  /** Takes a backend that is away for one that has nothing, as a load does. */
  private boolean isFresh(String key) {
    try {
      return cache.contains(key);
    } catch (BackendUnavailableException | OperationTimeoutException e) {
      return false;
    }
  }

  private Report compute(String key, CacheOptions options, Loader<Report> loader) {
    return Objects.requireNonNull(
        cache.getOrCompute(key, ValueType.of(Report.class), options, loader),
        "the loader returned null");
  }

  /** Takes its time; closing the demo interrupts it. */
  private Report load(LoadContext<Report> context) throws InterruptedException {
    Thread.sleep(LOAD);
    long before = context.previous().toOptional().map(Report::visitors).orElse(0L);
    long visitors = ThreadLocalRandom.current().nextLong(1_000, 9_999);
    return new Report(
        visitors == before ? visitors + 1 : visitors, process, System.currentTimeMillis());
  }

  boolean expire(String key) {
    return cache.expire(key);
  }

  boolean remove(String key) {
    return cache.remove(key);
  }

  /** Lets that many callers ask at once for a key that nobody asked for before. */
  Stampede stampede(int callers) {
    String key = "stampede/" + UUID.randomUUID();
    AtomicInteger loads = new AtomicInteger();
    long start = System.nanoTime();
    try {
      List<Report> reports =
          Crowd.run(
              callers,
              () ->
                  compute(
                      key,
                      BRIEFLY,
                      context -> {
                        loads.incrementAndGet();
                        return load(context);
                      }));
      long millis = StoreEndpoints.millisSince(start);
      long values = reports.stream().distinct().count();
      return new Stampede(reports.size(), loads.get(), values, millis);
    } finally {
      var _ = cache.remove(key);
    }
  }

  /** Caches every entry that has tags. */
  void fillTagged() {
    for (Tagged tagged : TAGGED) {
      String[] tags = tagged.tags().toArray(String[]::new);
      String value = "a " + String.join(" ", tags);
      cache.put(tagged.key(), value, ValueType.of(String.class), OPTIONS.withTags(tags));
    }
  }

  void removeTag(String tag) {
    cache.removeTag(tag);
  }

  boolean contains(String key) {
    return cache.contains(key);
  }

  String explain(String key) {
    return cache.explain(key);
  }

  Map<String, Long> numbers() {
    return cache.stats().numbers();
  }

  Keeper keeper() {
    return switch (scope) {
      case CLUSTER -> Keeper.SERVER;
      case HOST -> Keeper.TABLE;
      case PROCESS -> numbers().containsKey("entriesInFiles") ? Keeper.FILES : Keeper.MEMORY;
    };
  }

  /** How many of the known keys had a fresh value when this process began. */
  int warm() {
    return warm;
  }

  /** How many keys are known. */
  static int known() {
    return REPORTS.size() + TAGGED.size();
  }

  /** The name of this demo, another one after each start. */
  String process() {
    return process;
  }

  long startedMillis() {
    return startedMillis;
  }
}
