package io.zeal.concurrency;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until a test moves it. Safe for concurrent use. */
public final class ManualClock implements InstantSource {

  private final AtomicLong now =
      new AtomicLong(Instant.parse("2030-01-01T00:00:00Z").toEpochMilli());

  ManualClock() {}

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(now.get());
  }

  @Override
  public long millis() {
    return now.get();
  }

  /** Moves the clock forward. */
  public void advance(long millis) {
    now.addAndGet(millis);
  }
}
