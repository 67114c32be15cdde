package io.zeal;

import java.time.Duration;
import java.util.Objects;

/**
 * How a group consumes a stream. Immutable.
 *
 * @param start where a new group begins
 * @param concurrency handlers that run at once, at least 1
 * @param prefetch messages fetched ahead, at least 1
 * @param maxDeliveries deliveries before a message goes to the dead letters, at least 1
 * @param claimAfter how long a consumer may be silent before others take over its messages
 * @param closeTimeout how long {@link Subscription#close} waits for running handlers
 */
public record ConsumeOptions(
    Start start,
    int concurrency,
    int prefetch,
    int maxDeliveries,
    Duration claimAfter,
    Duration closeTimeout) {

  /** Where a group that did not exist begins. */
  public enum Start {
    /** With the oldest message there is. */
    BEGINNING,
    /** With messages published from now on. */
    NOW
  }

  private static final ConsumeOptions DEFAULTS =
      new ConsumeOptions(Start.BEGINNING, 1, 64, 5, Duration.ofSeconds(30), Duration.ofSeconds(5));

  /** Checks the ranges. */
  public ConsumeOptions {
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(claimAfter, "claimAfter");
    Objects.requireNonNull(closeTimeout, "closeTimeout");
    if (concurrency < 1
        || prefetch < 1
        || maxDeliveries < 1
        || claimAfter.isNegative()
        || claimAfter.isZero()
        || closeTimeout.isNegative()) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "concurrency "
              + concurrency
              + ", prefetch "
              + prefetch
              + ", maxDeliveries "
              + maxDeliveries
              + ", claimAfter "
              + claimAfter
              + ", closeTimeout "
              + closeTimeout
              + ". Counts are at least 1 and durations positive.");
    }
  }

  /**
   * From the beginning, one handler at a time, 64 ahead, 5 deliveries, claims after 30 s, 5 s to
   * close.
   */
  public static ConsumeOptions defaults() {
    return DEFAULTS;
  }

  /** With another beginning for a new group. */
  public ConsumeOptions startingAt(Start start) {
    return new ConsumeOptions(
        start, concurrency, prefetch, maxDeliveries, claimAfter, closeTimeout);
  }

  /** With more handlers at once, and messages fetched ahead for them. */
  public ConsumeOptions withConcurrency(int handlers, int prefetch) {
    return new ConsumeOptions(start, handlers, prefetch, maxDeliveries, claimAfter, closeTimeout);
  }

  /** With another limit of deliveries. */
  public ConsumeOptions withMaxDeliveries(int deliveries) {
    return new ConsumeOptions(start, concurrency, prefetch, deliveries, claimAfter, closeTimeout);
  }

  /** With another time after which a silent consumer's messages are taken over. */
  public ConsumeOptions withClaimAfter(Duration silence) {
    return new ConsumeOptions(start, concurrency, prefetch, maxDeliveries, silence, closeTimeout);
  }

  /** With another time to close. */
  public ConsumeOptions withCloseTimeout(Duration timeout) {
    return new ConsumeOptions(start, concurrency, prefetch, maxDeliveries, claimAfter, timeout);
  }
}
