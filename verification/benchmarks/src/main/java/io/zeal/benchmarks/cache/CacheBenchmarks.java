package io.zeal.benchmarks.cache;

import io.zeal.benchmarks.Benchmark;
import java.util.ArrayList;
import java.util.List;

/** The questions of this area. */
public final class CacheBenchmarks {

  static final String AREA = "cache";

  private CacheBenchmarks() {}

  /** All of them. */
  public static List<Benchmark> all() {
    List<Benchmark> all = new ArrayList<>();
    for (Files files : Files.values()) {
      all.add(new ReadHitBenchmark(files));
    }
    all.add(new ComputeHitBenchmark());
    all.add(new StampedeBenchmark());
    all.add(new ReadDuringLoadBenchmark());
    for (WriteFileBenchmark.Call call : WriteFileBenchmark.Call.values()) {
      all.add(new WriteFileBenchmark(call));
    }
    for (Driver driver : Driver.values()) {
      all.add(new ReadSharedBenchmark(driver));
    }
    return all;
  }
}
