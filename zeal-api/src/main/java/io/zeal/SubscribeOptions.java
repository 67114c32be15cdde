package io.zeal;

import java.time.Duration;
import java.util.Objects;

/**
 * How a subscription behaves. Immutable.
 *
 * <p>Defaults: 1,024 waiting messages, the oldest dropped when full, nothing called after a gap, no
 * limit of attempts, 5 s to close.
 */
public final class SubscribeOptions {

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

  private final int queueCapacity;
  private final WhenFull whenFull;
  private final Runnable onGap;
  private final int maxAttempts;
  private final Duration closeTimeout;

  private SubscribeOptions(
      int queueCapacity,
      WhenFull whenFull,
      Runnable onGap,
      int maxAttempts,
      Duration closeTimeout) {
    this.queueCapacity = queueCapacity;
    this.whenFull = whenFull;
    this.onGap = onGap;
    this.maxAttempts = maxAttempts;
    this.closeTimeout = closeTimeout;
  }

  /** The defaults. */
  public static SubscribeOptions defaults() {
    return DEFAULTS;
  }

  /** Lets up to {@code capacity} messages wait for the handler, at least 1. */
  public SubscribeOptions withQueue(int capacity, WhenFull whenFull) {
    if (capacity < 1) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT, "queueCapacity is " + capacity + ". Use 1 or more.");
    }
    return new SubscribeOptions(
        capacity, Objects.requireNonNull(whenFull, "whenFull"), onGap, maxAttempts, closeTimeout);
  }

  /**
   * Runs {@code onGap} when messages may have been missed: after an outage, or when one was
   * dropped. It runs where the handler runs, before the next message.
   */
  public SubscribeOptions withOnGap(Runnable onGap) {
    return new SubscribeOptions(
        queueCapacity, whenFull, Objects.requireNonNull(onGap, "onGap"), maxAttempts, closeTimeout);
  }

  /**
   * Ends the subscription for good after so many attempts to come back from one outage; 0 for no
   * limit. Then {@link Subscription#isActive} stays false and the gap callback runs once more.
   */
  public SubscribeOptions withMaxAttempts(int attempts) {
    if (attempts < 0) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "maxAttempts is " + attempts + ". Use 0 for no limit, or more.");
    }
    return new SubscribeOptions(queueCapacity, whenFull, onGap, attempts, closeTimeout);
  }

  /** Lets {@link Subscription#close} wait {@code timeout} for running handlers. */
  public SubscribeOptions withCloseTimeout(Duration timeout) {
    if (Objects.requireNonNull(timeout, "closeTimeout").isNegative()) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT, "closeTimeout is " + timeout + ". Use zero or more.");
    }
    return new SubscribeOptions(queueCapacity, whenFull, onGap, maxAttempts, timeout);
  }

  /** How many messages may wait for the handler. */
  public int queueCapacity() {
    return queueCapacity;
  }

  /** What happens to a message when they are that many. */
  public WhenFull whenFull() {
    return whenFull;
  }

  /** What runs when messages may have been missed. */
  public Runnable onGap() {
    return onGap;
  }

  /** How many attempts to come back there are in one outage, 0 for no limit. */
  public int maxAttempts() {
    return maxAttempts;
  }

  /** How long closing waits. */
  public Duration closeTimeout() {
    return closeTimeout;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SubscribeOptions o
        && queueCapacity == o.queueCapacity
        && whenFull == o.whenFull
        && onGap.equals(o.onGap)
        && maxAttempts == o.maxAttempts
        && closeTimeout.equals(o.closeTimeout);
  }

  @Override
  public int hashCode() {
    return Objects.hash(queueCapacity, whenFull, onGap, maxAttempts, closeTimeout);
  }

  @Override
  public String toString() {
    return "queueCapacity="
        + queueCapacity
        + ", whenFull="
        + whenFull
        + ", maxAttempts="
        + maxAttempts
        + ", closeTimeout="
        + closeTimeout;
  }
}
