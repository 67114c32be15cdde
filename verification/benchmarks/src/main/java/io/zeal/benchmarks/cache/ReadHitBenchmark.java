package io.zeal.benchmarks.cache;

import com.github.benmanes.caffeine.cache.Cache;
import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import java.util.List;
import java.util.OptionalLong;

/** What does it take to get what memory has? */
public record ReadHitBenchmark(Files files) implements Benchmark {

  @Override
  public String area() {
    return CacheBenchmarks.AREA;
  }

  @Override
  public String name() {
    return "ReadHit-files-" + files;
  }

  @Override
  public String work() {
    return "get a record of 1 KB";
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000, 1), new Setting(1_000, 2), new Setting(20_000, 1));
  }

  @Override
  public List<Setting> quickSettings() {
    return List.of(new Setting(1_000, 1), new Setting(1_000, 2));
  }

  /**
   * Against a serializer written by hand one thread alone is no faster: two copies of the kilobyte,
   * a search and a clock are most of what either does. Ehcache takes a lock for each read, so with
   * two threads the ratio was 0.28 while both had a processor, and 0.7 to 1 while they had not.
   */
  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(
        Goal.demanded(Peers.OFF_HEAP, 0.5), Goal.informative(Peers.OFF_HEAP_BY_HAND, 0.5));
  }

  /** Measured: 2,470 to 2,680, as far as the compiler does without small objects. */
  @Override
  public OptionalLong maxBytesPerOperation(Setting setting) {
    return OptionalLong.of(2_900);
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate(files.zeal, this::zeal),
        new Candidate(Peers.OFF_HEAP, setting -> ehcache(Peers.Ehcache.offHeap(setting))),
        new Candidate(
            Peers.OFF_HEAP_BY_HAND, setting -> ehcache(Peers.Ehcache.offHeapByHand(setting))),
        new Candidate(Peers.CAFFEINE, ReadHitBenchmark::caffeine));
  }

  private Subject zeal(Setting setting) {
    return reading(ZealCache.open(setting, files));
  }

  /** Reads from {@code zeal} until it is closed. */
  static Subject reading(ZealCache zeal) {
    return Subject.of(
        zeal,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(zeal.documents().get(picks.key(), Document.class));
          }
        });
  }

  private static Subject ehcache(Peers.Ehcache ehcache) {
    return Subject.of(
        ehcache,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(ehcache.cache().get(picks.key()));
          }
        });
  }

  private static Subject caffeine(Setting setting) {
    Cache<String, Document> caffeine = Peers.caffeine(setting);
    return Subject.of(
        caffeine::invalidateAll,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(caffeine.getIfPresent(picks.key()));
          }
        });
  }
}
