package io.zeal.outages;

import java.time.Duration;
import java.util.Arrays;

/** How long calls took, written by one thread and added up when all have ended. */
final class Figures {

  private long[] nanos = new long[1 << 10];
  private int count;

  void add(long took) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = took;
  }

  void addAll(Figures others) {
    for (int i = 0; i < others.count; i++) {
      add(others.nanos[i]);
    }
  }

  int count() {
    return count;
  }

  /** The time that so many percent of the calls did not exceed; zero if there were none. */
  Duration percentile(double percent) {
    if (count == 0) {
      return Duration.ZERO;
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    int place = (int) Math.ceil(percent / 100 * count) - 1;
    return Duration.ofNanos(sorted[Math.max(0, place)]);
  }

  static String millis(Duration duration) {
    return "%.2f ms".formatted(duration.toNanos() / 1e6);
  }
}
