package io.zeal.table;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time of a backend in milliseconds: the given clock's, but it never goes back, so that what
 * expired stays so.
 */
final class TableClock {

  private final InstantSource source;
  private final AtomicLong highest = new AtomicLong();

  TableClock(InstantSource source) {
    this.source = source;
  }

  long now() {
    long now = source.millis();
    while (true) {
      long mark = highest.get();
      if (now <= mark) {
        return mark;
      }
      if (highest.compareAndSet(mark, now)) {
        return now;
      }
    }
  }
}
