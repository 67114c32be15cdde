package io.zeal.benchmarks.tiered;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The questions of this area. */
public final class TieredBenchmarks {

  static final String AREA = "tiered";

  private TieredBenchmarks() {}

  /** All of them. */
  public static List<Benchmark> all() {
    List<Benchmark> all = new ArrayList<>();
    all.add(new ReadCopyBenchmark());
    for (Driver driver : Driver.values()) {
      all.add(new WriteBenchmark(driver));
      all.add(new ClearCopyBenchmark(driver));
      all.add(new IdlePeerBenchmark(driver));
    }
    return all;
  }

  /** In slices of 40 ms the clients are still being compiled when the rounds begin to count. */
  static Pace pace(Pace usual) {
    return new Pace(
        usual.coldRounds(),
        usual.warmUpRounds(),
        Duration.ofMillis(300),
        usual.rounds(),
        Duration.ofMillis(200),
        false);
  }
}
