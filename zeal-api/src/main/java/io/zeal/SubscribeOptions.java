package io.zeal;

import java.time.Duration;
import java.util.Objects;

/**
 * How a subscription behaves. Immutable.
 *
 * @param queueCapacity messages that may wait for the handler, at least 1
 * @param whenFull what happens to a message when they are that many
 * @param onGap called after an outage, when messages may have been missed
 * @param maxAttempts attempts to come back after an outage before the subscription fails; 0 for no
 *     limit
 * @param closeTimeout how long {@link Subscription#close} waits for running handlers
 */
public record SubscribeOptions(
    int queueCapacity, WhenFull whenFull, Runnable onGap, int maxAttempts, Duration closeTimeout) {

  /** What happens to a message that finds its subscription's queue full. */
  public enum WhenFull {
    /** The oldest waiting message is dropped and counted; the gap callback runs. */
    DROP_OLDEST,
    /** The new message is dropped and counted; the gap callback runs. */
    DROP_NEWEST,
    /** The connection waits, which holds up every subscription that shares it. */
    BLOCK
  }

  private static final SubscribeOptions DEFAULTS =
      new SubscribeOptions(1024, WhenFull.DROP_OLDEST, () -> {}, 0, Duration.ofSeconds(5));

  /** Checks the ranges. */
  public SubscribeOptions {
    Objects.requireNonNull(whenFull, "whenFull");
    Objects.requireNonNull(onGap, "onGap");
    Objects.requireNonNull(closeTimeout, "closeTimeout");
    if (queueCapacity < 1 || maxAttempts < 0 || closeTimeout.isNegative()) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "queueCapacity is "
              + queueCapacity
              + ", maxAttempts "
              + maxAttempts
              + ", closeTimeout "
              + closeTimeout
              + ". Use at least 1, 0 and zero.");
    }
  }

  /** 1,024 waiting messages, the oldest dropped when full, no limit of attempts, 5 s to close. */
  public static SubscribeOptions defaults() {
    return DEFAULTS;
  }

  /** With another queue. */
  public SubscribeOptions withQueue(int capacity, WhenFull whenFull) {
    return new SubscribeOptions(capacity, whenFull, onGap, maxAttempts, closeTimeout);
  }

  /** With a callback for gaps. */
  public SubscribeOptions withOnGap(Runnable onGap) {
    return new SubscribeOptions(queueCapacity, whenFull, onGap, maxAttempts, closeTimeout);
  }

  /** With a limit of attempts; 0 for none. */
  public SubscribeOptions withMaxAttempts(int attempts) {
    return new SubscribeOptions(queueCapacity, whenFull, onGap, attempts, closeTimeout);
  }

  /** With another time to close. */
  public SubscribeOptions withCloseTimeout(Duration timeout) {
    return new SubscribeOptions(queueCapacity, whenFull, onGap, maxAttempts, timeout);
  }
}
