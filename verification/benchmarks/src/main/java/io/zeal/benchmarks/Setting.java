package io.zeal.benchmarks;

import java.util.Locale;

/**
 * One set of circumstances.
 *
 * @param rows how many rows there are; every operation picks one of them at random
 * @param threads how many threads do the work at the same time
 */
public record Setting(int rows, int threads) {

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%,d rows, %d thread%s", rows, threads, threads == 1 ? "" : "s");
  }
}
