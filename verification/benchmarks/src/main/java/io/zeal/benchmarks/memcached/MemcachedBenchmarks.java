package io.zeal.benchmarks.memcached;

import io.zeal.benchmarks.Benchmark;
import java.util.ArrayList;
import java.util.List;

/** The questions of this area. */
public final class MemcachedBenchmarks {

  static final String AREA = "memcached";

  /** folsom looks for a native transport, which the JVM would warn of. */
  static final List<String> FLAGS = List.of("--enable-native-access=ALL-UNNAMED");

  private MemcachedBenchmarks() {}

  /** All of them. */
  public static List<Benchmark> all() {
    List<Benchmark> all = new ArrayList<>();
    for (Protocol protocol : Protocol.values()) {
      for (Call call : Call.values()) {
        all.add(new OneCallBenchmark(call, protocol));
        all.add(new ManyCallersBenchmark(call, protocol));
      }
      for (ManyRowsBenchmark.BulkCall call : ManyRowsBenchmark.BulkCall.values()) {
        all.add(new ManyRowsBenchmark(call, protocol));
      }
    }
    return all;
  }
}
