package io.zeal.tck;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** How time passes in a test: by moving the clock of a backend that follows it, else by waiting. */
final class PassingTime {

  /** A server may look at its clock a little later than we look at ours. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  private final ManualClock clock;
  private final boolean exact;

  PassingTime(ManualClock clock, boolean exact) {
    this.clock = clock;
    this.exact = exact;
  }

  /**
   * Whether the backend follows the kit's clock, so that a boundary can be met to the millisecond.
   */
  boolean isExact() {
    return exact;
  }

  /** A time to live that a slow machine does not miss and nobody minds waiting for. */
  Duration ttl() {
    return exact ? Duration.ofSeconds(10) : Duration.ofMillis(1_200);
  }

  /** Lets {@code duration} pass. */
  void pass(Duration duration) {
    if (exact) {
      clock.advance(duration);
    } else {
      Waiting.forAtLeast(duration);
    }
  }

  /**
   * Lets {@code ttl} and one millisecond pass. Where the clock is the server's, goes on waiting
   * until {@code gone} holds or a limit is reached; the test asserts what it finds then.
   */
  void passBeyond(Duration ttl, BooleanSupplier gone) {
    pass(ttl.plusMillis(1));
    if (!exact) {
      Waiting.until(gone, SLACK);
    }
  }
}
