package io.zeal.benchmarks.redis;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Timing;
import java.util.ArrayList;
import java.util.List;

/** The questions of this area. */
public final class RedisBenchmarks {

  private RedisBenchmarks() {}

  /** All of them. */
  public static List<Benchmark> all() {
    List<Benchmark> all = new ArrayList<>();
    for (Driver driver : Driver.values()) {
      for (OneCallBenchmark.Call call : OneCallBenchmark.Call.values()) {
        all.add(new OneCallBenchmark(call, driver));
      }
      all.add(new ManyCallersBenchmark(driver, Timing.MEAN));
      all.add(new ManyCallersBenchmark(driver, Timing.P99));
      for (ManyRowsBenchmark.Call call : ManyRowsBenchmark.Call.values()) {
        all.add(new ManyRowsBenchmark(call, driver));
      }
    }
    for (WholeStoreBenchmark.Call call : WholeStoreBenchmark.Call.values()) {
      all.add(new WholeStoreBenchmark(call));
    }
    return all;
  }
}
