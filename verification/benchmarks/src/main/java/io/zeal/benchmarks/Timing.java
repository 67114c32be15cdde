package io.zeal.benchmarks;

import java.util.Arrays;

/** How the work of a {@link Benchmark} is timed, and which figure stands for a slice. */
public enum Timing {
  /**
   * Calls of nanoseconds, in this process: platform threads, the clock read once for many calls,
   * the mean of all. Their allocation is measured too.
   */
  BATCHES,
  /** Calls that wait for somebody else: the clock read for each, the mean of all. */
  MEAN,
  /** The same, but half of the calls took no longer. */
  P50,
  /** The same, but 99 of 100 calls took no longer. */
  P99;

  /** The figure for the nanoseconds of one or more calls. */
  double of(long[] nanos) {
    return switch (this) {
      case BATCHES, MEAN -> Arrays.stream(nanos).average().orElseThrow();
      case P50 -> quantile(nanos, 0.5);
      case P99 -> quantile(nanos, 0.99);
    };
  }

  private static double quantile(long[] nanos, double share) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }
}
