package io.zeal.benchmarks.telemetry;

import io.zeal.benchmarks.Benchmark;
import java.util.List;

/** The questions of this area. */
public final class TelemetryBenchmarks {

  static final String AREA = "telemetry";

  private TelemetryBenchmarks() {}

  /** All of them. */
  public static List<Benchmark> all() {
    return List.of(new UnheardReadBenchmark(), new HeardReadBenchmark());
  }
}
