package io.zeal.benchmarks.cache;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Pace;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What does it take to cache a value that is in files too? */
public record WriteFileBenchmark(Call call) implements Benchmark {

  /** Which figure. */
  public enum Call {
    MEAN("put a record of 1 KB that is in files", Timing.MEAN),
    P99("put a record of 1 KB that is in files, p99", Timing.P99);

    private final String work;
    private final Timing timing;

    Call(String work, Timing timing) {
      this.work = work;
      this.timing = timing;
    }
  }

  /** Waits, and does nothing; for a goal that is a time. */
  private static final String TEN_MILLIS = "a wait of 10 ms";

  @Override
  public String area() {
    return CacheBenchmarks.AREA;
  }

  @Override
  public String name() {
    return "WriteFile-" + call;
  }

  @Override
  public String work() {
    return call.work;
  }

  @Override
  public Timing timing() {
    return call.timing;
  }

  /** Long enough for whatever is done in the background now and then. */
  @Override
  public Pace pace(Pace usual) {
    return new Pace(
        usual.coldRounds(),
        usual.warmUpRounds(),
        usual.warmUpSlice(),
        usual.rounds(),
        Duration.ofMillis(200),
        false);
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000, 1), new Setting(20_000, 1), new Setting(20_000, 2));
  }

  @Override
  public List<Setting> quickSettings() {
    return List.of(new Setting(20_000, 1));
  }

  /**
   * The operating system alone takes 3 of some 5 us for an append of a kilobyte, and Ehcache, which
   * leaves the disk to a thread of its own, 10: a fifth of that is out of reach for a put that
   * returns when a killed process can lose it no more. What is demanded is half as much again,
   * since a disk that is busy hits both.
   */
  @Override
  public List<Goal> goals(Setting setting) {
    return switch (call) {
      case MEAN -> List.of(Goal.demanded(Peers.DISK, 1.5));
      case P99 -> List.of(Goal.demanded(TEN_MILLIS, 1));
    };
  }

  @Override
  public List<Candidate> candidates() {
    Candidate zeal = new Candidate(Files.ON.zeal, WriteFileBenchmark::zeal);
    Candidate disk = new Candidate(Peers.DISK, WriteFileBenchmark::ehcache);
    return switch (call) {
      case MEAN -> List.of(zeal, disk);
      case P99 -> List.of(zeal, disk, new Candidate(TEN_MILLIS, WriteFileBenchmark::waiting));
    };
  }

  private static Subject zeal(Setting setting) {
    ZealCache zeal = ZealCache.open(setting, Files.ON);
    Document document = Document.number(7);
    return Subject.of(
        zeal,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            zeal.documents().put(picks.key(), document, Document.class);
          }
        });
  }

  private static Subject ehcache(Setting setting) {
    Peers.Ehcache ehcache = Peers.Ehcache.disk(setting);
    Document document = Document.number(7);
    return Subject.of(
        ehcache,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            ehcache.cache().put(picks.key(), document);
          }
        });
  }

  private static Subject waiting(Setting setting) {
    return Subject.of(
        () -> {},
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
          }
        });
  }
}
