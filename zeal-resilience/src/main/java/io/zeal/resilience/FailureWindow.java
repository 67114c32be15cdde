package io.zeal.resilience;

import java.time.Duration;
import java.util.Arrays;

/**
 * How many calls ended lately, and how many of them failed: tenths of the window that are taken up
 * again when their time is over, so that it costs the same however many calls there are. Guarded by
 * the lock of its {@link Circuit}.
 */
final class FailureWindow {

  private static final int PARTS = 10;

  private final long partNanos;
  private final long origin;
  private final long[] calls = new long[PARTS];
  private final long[] failures = new long[PARTS];
  private long newest; // the number of the newest part, counted from the origin

  FailureWindow(Duration window, long now) {
    this.partNanos = Math.max(1, window.toNanos() / PARTS);
    this.origin = now;
  }

  void add(long now, boolean failed) {
    moveTo(now);
    int part = (int) (newest % PARTS);
    calls[part]++;
    if (failed) {
      failures[part]++;
    }
  }

  long calls(long now) {
    moveTo(now);
    return Arrays.stream(calls).sum();
  }

  long failures(long now) {
    moveTo(now);
    return Arrays.stream(failures).sum();
  }

  void forget() {
    Arrays.fill(calls, 0);
    Arrays.fill(failures, 0);
  }

  private void moveTo(long now) {
    long part = (now - origin) / partNanos;
    long passed = Math.min(PARTS, part - newest);
    for (long i = 1; i <= passed; i++) {
      int next = (int) ((newest + i) % PARTS);
      calls[next] = 0;
      failures[next] = 0;
    }
    newest = Math.max(newest, part);
  }
}
