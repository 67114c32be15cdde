package io.zeal.benchmarks;

import java.time.Duration;

/**
 * How long to measure.
 *
 * @param coldRounds rounds that are run and forgotten when the JVM is new and has to compile first
 * @param warmUpRounds rounds that are run and forgotten in every later setting
 * @param warmUpSlice how long a candidate works in each of them
 * @param rounds rounds that count
 * @param slice how long a candidate works in each of them
 * @param forksForAllocation whether JMH measures allocation in a JVM per candidate, or in the one
 *     that timed
 */
public record Pace(
    int coldRounds,
    int warmUpRounds,
    Duration warmUpSlice,
    int rounds,
    Duration slice,
    boolean forksForAllocation) {

  /** For figures to keep. */
  static final Pace FULL =
      new Pace(15, 5, Duration.ofMillis(200), 15, Duration.ofMillis(200), true);

  /** For a first look; noisier, and the optimizing compiler may not be done. */
  static final Pace QUICK = new Pace(5, 1, Duration.ofMillis(150), 7, Duration.ofMillis(40), false);

  static Pace of(boolean quick) {
    return quick ? QUICK : FULL;
  }
}
