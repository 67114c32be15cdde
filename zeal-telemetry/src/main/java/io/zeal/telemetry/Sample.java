package io.zeal.telemetry;

import java.util.SortedMap;

/**
 * One number that is exported.
 *
 * @param number as the statistics have it: milliseconds, where the metric has seconds
 */
record Sample(Metric metric, SortedMap<String, String> attributes, long number) {

  private static final double MILLIS = 1e3;

  /** In the metric's unit. */
  double value() {
    return metric.isTime() ? number / MILLIS : number;
  }
}
