package io.zeal.benchmarks.messages;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The questions of this area. */
public final class MessagesBenchmarks {

  static final String AREA = "messages";

  private MessagesBenchmarks() {}

  /** All of them. */
  public static List<Benchmark> all() {
    List<Benchmark> all = new ArrayList<>();
    all.add(new HandOverBenchmark());
    for (Driver driver : Driver.values()) {
      all.add(new PublishToHandlerBenchmark(driver));
      all.add(new ManyPublishersBenchmark(driver));
      all.add(new AcknowledgedBenchmark(driver));
      all.add(new BatchesBenchmark(driver));
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
