package io.zeal.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What Zeal allocates in one setting, against the most it may: always demanded. */
record Allocation(String work, Setting setting, double bytesPerOperation, long maxBytes) {

  /** Of each setting that has a bound and was measured. */
  static List<Allocation> of(Benchmark benchmark, List<Result> results) {
    return benchmark.settings().stream()
        .flatMap(setting -> of(benchmark, setting, results).stream())
        .toList();
  }

  private static List<Allocation> of(Benchmark benchmark, Setting setting, List<Result> results) {
    OptionalLong bound = benchmark.maxBytesPerOperation(setting);
    return bound.isEmpty()
        ? List.of()
        : results.stream()
            .filter(result -> result.setting().equals(setting))
            .limit(1)
            .map(result -> result.ours().bytesPerOperation())
            .map(bytes -> new Allocation(benchmark.work(), setting, bytes, bound.getAsLong()))
            .toList();
  }

  /** A fraction of a byte is what others allocated meanwhile, or one operation of very many. */
  boolean isMet() {
    return Math.round(bytesPerOperation) <= maxBytes;
  }

  static Stream<Allocation> missed(List<Allocation> allocations) {
    return allocations.stream().filter(allocation -> !allocation.isMet());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s, %s: %.0f B/op, goal <= %d", work, setting, bytesPerOperation, maxBytes);
  }
}
