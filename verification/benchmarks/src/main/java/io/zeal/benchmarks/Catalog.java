package io.zeal.benchmarks;

import io.zeal.benchmarks.cache.CacheBenchmarks;
import io.zeal.benchmarks.memcached.MemcachedBenchmarks;
import io.zeal.benchmarks.messages.MessagesBenchmarks;
import io.zeal.benchmarks.redis.RedisBenchmarks;
import io.zeal.benchmarks.table.TableBenchmarks;
import io.zeal.benchmarks.telemetry.TelemetryBenchmarks;
import io.zeal.benchmarks.tiered.TieredBenchmarks;
import java.util.ArrayList;
import java.util.List;

/** Every benchmark there is. A new one gets a line here. */
final class Catalog {

  private Catalog() {}

  static List<Benchmark> all() {
    List<Benchmark> all = new ArrayList<>(TableBenchmarks.all());
    all.addAll(RedisBenchmarks.all());
    all.addAll(MemcachedBenchmarks.all());
    all.addAll(CacheBenchmarks.all());
    all.addAll(MessagesBenchmarks.all());
    all.addAll(TieredBenchmarks.all());
    all.addAll(TelemetryBenchmarks.all());
    return all;
  }

  static Benchmark find(String area, String name) {
    return all().stream()
        .filter(each -> each.area().equals(area) && each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("No benchmark " + name + " in area " + area + "."));
  }
}
