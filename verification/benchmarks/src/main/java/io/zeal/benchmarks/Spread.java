package io.zeal.benchmarks;

import java.util.Collection;

/**
 * The middle and the middle half of some numbers.
 *
 * @param lower a quarter of the numbers are below
 * @param median half of the numbers are below
 * @param upper a quarter of the numbers are above
 */
public record Spread(double lower, double median, double upper) {

  /** The spread of one or more numbers; between two neighbours it interpolates. */
  public static Spread of(Collection<Double> numbers) {
    if (numbers.isEmpty()) {
      throw new IllegalArgumentException("No numbers, so no median. Give it one or more.");
    }
    double[] sorted = numbers.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return new Spread(quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75));
  }

  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
