package io.zeal.benchmarks.cache;

import io.zeal.Cache;
import io.zeal.ValueType;
import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Pace;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Do those who read other keys notice that a key is loaded, and waited for by many? */
public final class ReadDuringLoadBenchmark implements Benchmark {

  private static final String DURING = "Zeal, a key is loaded";
  private static final String QUIET = "Zeal, no load";
  private static final int WAITING = 1_000;
  private static final Duration LONGEST_LOAD = Duration.ofMinutes(5);

  @Override
  public String area() {
    return CacheBenchmarks.AREA;
  }

  @Override
  public String work() {
    return "get while another key is loaded, p99";
  }

  @Override
  public Timing timing() {
    return Timing.P99;
  }

  @Override
  public Pace pace(Pace usual) {
    return new Pace(
        usual.coldRounds(),
        usual.warmUpRounds(),
        usual.warmUpSlice(),
        usual.rounds(),
        Duration.ofMillis(100),
        false);
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000, 1));
  }

  /** Twice, since the slowest of a hundred calls of a microsecond are those that were preempted. */
  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.demanded(QUIET, 2.0));
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate(DURING, ReadDuringLoadBenchmark::during),
        new Candidate(
            QUIET, setting -> ReadHitBenchmark.reading(ZealCache.open(setting, Files.OFF))));
  }

  /** The load lasts until the end, and so do those who wait for it. */
  private static Subject during(Setting setting) {
    ZealCache zeal = ZealCache.open(setting, Files.OFF);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    CountDownLatch served = new CountDownLatch(WAITING);
    for (int i = 0; i < WAITING; i++) {
      Thread.startVirtualThread(() -> {
        await(zeal.documents(), begun, over);
        served.countDown();
      });
    }
    await(begun);
    Subject reading = ReadHitBenchmark.reading(zeal);
    return Subject.of(
        () -> {
          over.countDown();
          await(served);
          reading.close();
        },
        reading::run);
  }

  private static void await(Cache documents, CountDownLatch begun, CountDownLatch over) {
    documents.getOrCompute(
        "missing",
        ValueType.of(Document.class),
        documents.options().withHardTimeout(LONGEST_LOAD),
        load -> {
          begun.countDown();
          over.await();
          return Document.number(0);
        });
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(LONGEST_LOAD.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("still " + latch.getCount() + " to come");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
