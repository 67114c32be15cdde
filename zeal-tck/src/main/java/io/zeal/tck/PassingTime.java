package io.zeal.tck;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * How time passes in one run of a test: by moving the clock of a backend that follows it, else by
 * waiting. Not safe for concurrent use.
 *
 * <p>Where the kit has to wait, it keeps account: what passed beyond the waits that the test asked
 * for is time lost, and if much was lost, a failure says more of the machine than of the backend.
 */
final class PassingTime {

  /** The time to live where the clock is ours and waiting costs nothing. */
  private static final Duration EXACT = Duration.ofSeconds(10);

  /** A server may look at its clock a little later than we look at ours. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  /** Nothing that a test asserts at half of a time to live is hurt by losing an eighth of it. */
  private static final int SHARE = 8;

  private final ManualClock clock;
  private final boolean exact;
  private final Duration ttl;
  private final long startNanos = System.nanoTime();
  private Duration asked = Duration.ZERO;

  /** {@code ttl} is the time to live where the clock is the server's. */
  PassingTime(ManualClock clock, boolean exact, Duration ttl) {
    this.clock = clock;
    this.exact = exact;
    this.ttl = exact ? EXACT : ttl;
  }

  /**
   * Whether the backend follows the kit's clock, so that a boundary can be met to the millisecond.
   */
  boolean isExact() {
    return exact;
  }

  /** The time to live of this run. */
  Duration ttl() {
    return ttl;
  }

  /** Lets {@code duration} pass. */
  void pass(Duration duration) {
    if (exact) {
      clock.advance(duration);
    } else {
      asked = asked.plus(duration);
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

  /** Whether so much time was lost that a row may have expired before the test looked at it. */
  boolean isTooLateToTell() {
    Duration lost = Duration.ofNanos(System.nanoTime() - startNanos).minus(asked);
    return !exact && lost.compareTo(ttl.dividedBy(SHARE)) > 0;
  }
}
