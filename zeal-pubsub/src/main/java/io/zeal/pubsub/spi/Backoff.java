package io.zeal.pubsub.spi;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt: longer each time up to a limit, and by chance a part of
 * that, so that many who were cut off together do not come back together. For one thread.
 */
public final class Backoff {

  private final long firstNanos;
  private final long longestNanos;
  private long nextNanos;

  /** Begins with about {@code first} and doubles up to about {@code longest}. */
  public Backoff(Duration first, Duration longest) {
    this.firstNanos = first.toNanos();
    this.longestNanos = longest.toNanos();
    this.nextNanos = firstNanos;
  }

  /** For one who tries again to reach a backend that is away. */
  static Backoff ofTrips() {
    return new Backoff(Duration.ofMillis(10), Duration.ofSeconds(2));
  }

  /** How long to wait now: from half of what is due to all of it. */
  public long nextNanos() {
    long now = nextNanos;
    nextNanos = Math.min(longestNanos, 2 * now);
    return now / 2 + ThreadLocalRandom.current().nextLong(now / 2 + 1);
  }

  /** An attempt succeeded: begins anew. */
  public void reset() {
    nextNanos = firstNanos;
  }
}
