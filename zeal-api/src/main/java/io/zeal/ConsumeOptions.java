package io.zeal;

import java.time.Duration;
import java.util.Objects;

/**
 * How a group consumes a stream. Immutable.
 *
 * <p>Defaults: from the beginning, one handler at a time, 64 messages ahead, in no order of keys, 5
 * deliveries, 1 s before a failed message is delivered again, claims after 30 s, 5 s to close.
 */
public final class ConsumeOptions {

  /** Where a group that did not exist begins. */
  public enum Start {
    /** With the oldest message there is. */
    BEGINNING,
    /** With messages published from now on. */
    NOW
  }

  /** Which messages are handled one after another when handlers run at once. */
  public enum Order {
    /** None: whichever is ready is next. */
    NONE,
    /**
     * Those of one {@link PublishOptions#key}, in the order of their publication; within this
     * consumer, and until one of them is delivered again. Messages without a key have no order.
     */
    BY_KEY
  }

  /** A pause of a virtual machine or a network is no death; less would be one all the time. */
  private static final Duration SHORTEST_SILENCE = Duration.ofMillis(100);

  private static final ConsumeOptions DEFAULTS = new ConsumeOptions(new Fields());

  /** What there is to set; changed only before it is given to a new object. */
  private static final class Fields {
    private Start start = Start.BEGINNING;
    private int concurrency = 1;
    private int prefetch = 64;
    private Order order = Order.NONE;
    private int maxDeliveries = 5;
    private Duration retryDelay = Duration.ofSeconds(1);
    private Duration claimAfter = Duration.ofSeconds(30);
    private Duration closeTimeout = Duration.ofSeconds(5);

    private Fields copy() {
      Fields copy = new Fields();
      copy.start = start;
      copy.concurrency = concurrency;
      copy.prefetch = prefetch;
      copy.order = order;
      copy.maxDeliveries = maxDeliveries;
      copy.retryDelay = retryDelay;
      copy.claimAfter = claimAfter;
      copy.closeTimeout = closeTimeout;
      return copy;
    }
  }

  private final Fields fields;

  private ConsumeOptions(Fields fields) {
    this.fields = fields;
  }

  /** The defaults. */
  public static ConsumeOptions defaults() {
    return DEFAULTS;
  }

  /** Lets a group that does not exist yet begin at {@code start}. */
  public ConsumeOptions startingAt(Start start) {
    Fields next = fields.copy();
    next.start = Objects.requireNonNull(start, "start");
    return new ConsumeOptions(next);
  }

  /**
   * Runs up to {@code handlers} at once and fetches {@code prefetch} messages ahead, at least 1.
   */
  public ConsumeOptions withConcurrency(int handlers, int prefetch) {
    Fields next = fields.copy();
    next.concurrency = atLeastOne(handlers, "concurrency");
    next.prefetch = atLeastOne(prefetch, "prefetch");
    return new ConsumeOptions(next);
  }

  /** Keeps an order among messages that could be handled at once. */
  public ConsumeOptions withOrder(Order order) {
    Fields next = fields.copy();
    next.order = Objects.requireNonNull(order, "order");
    return new ConsumeOptions(next);
  }

  /** Sends a message to the dead letters after so many deliveries, at least 1. */
  public ConsumeOptions withMaxDeliveries(int deliveries) {
    Fields next = fields.copy();
    next.maxDeliveries = atLeastOne(deliveries, "maxDeliveries");
    return new ConsumeOptions(next);
  }

  /** Waits {@code delay} before a message is delivered again whose handler threw. */
  public ConsumeOptions withRetryDelay(Duration delay) {
    Fields next = fields.copy();
    next.retryDelay = notNegative(delay, "retryDelay");
    return new ConsumeOptions(next);
  }

  /**
   * Lets others take over the messages of a consumer that was silent for {@code silence}, at least
   * 100 ms. A consumer that lives says so by itself three times as often, also for handlers that
   * run long.
   */
  public ConsumeOptions withClaimAfter(Duration silence) {
    if (Objects.requireNonNull(silence, "claimAfter").compareTo(SHORTEST_SILENCE) < 0) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "claimAfter is " + silence + ". Use at least " + SHORTEST_SILENCE + ".");
    }
    Fields next = fields.copy();
    next.claimAfter = silence;
    return new ConsumeOptions(next);
  }

  /** Lets {@link Subscription#close} wait {@code timeout} for running handlers. */
  public ConsumeOptions withCloseTimeout(Duration timeout) {
    Fields next = fields.copy();
    next.closeTimeout = notNegative(timeout, "closeTimeout");
    return new ConsumeOptions(next);
  }

  private static int atLeastOne(int number, String what) {
    if (number < 1) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT, what + " is " + number + ". Use at least 1.");
    }
    return number;
  }

  private static Duration notNegative(Duration duration, String what) {
    if (Objects.requireNonNull(duration, what).isNegative()) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT, what + " is " + duration + ". Use zero or more.");
    }
    return duration;
  }

  /** Where a group that does not exist yet begins. */
  public Start start() {
    return fields.start;
  }

  /** How many handlers run at once. */
  public int concurrency() {
    return fields.concurrency;
  }

  /** How many messages are fetched ahead. */
  public int prefetch() {
    return fields.prefetch;
  }

  /** Which messages are handled one after another. */
  public Order order() {
    return fields.order;
  }

  /** After how many deliveries a message goes to the dead letters. */
  public int maxDeliveries() {
    return fields.maxDeliveries;
  }

  /** How long a message waits whose handler threw. */
  public Duration retryDelay() {
    return fields.retryDelay;
  }

  /** How long a consumer may be silent before others take over its messages. */
  public Duration claimAfter() {
    return fields.claimAfter;
  }

  /** How long closing waits. */
  public Duration closeTimeout() {
    return fields.closeTimeout;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConsumeOptions o
        && fields.start == o.fields.start
        && fields.concurrency == o.fields.concurrency
        && fields.prefetch == o.fields.prefetch
        && fields.order == o.fields.order
        && fields.maxDeliveries == o.fields.maxDeliveries
        && fields.retryDelay.equals(o.fields.retryDelay)
        && fields.claimAfter.equals(o.fields.claimAfter)
        && fields.closeTimeout.equals(o.fields.closeTimeout);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        fields.start,
        fields.concurrency,
        fields.prefetch,
        fields.order,
        fields.maxDeliveries,
        fields.retryDelay,
        fields.claimAfter,
        fields.closeTimeout);
  }

  @Override
  public String toString() {
    return "start="
        + fields.start
        + ", concurrency="
        + fields.concurrency
        + ", prefetch="
        + fields.prefetch
        + ", order="
        + fields.order
        + ", maxDeliveries="
        + fields.maxDeliveries
        + ", retryDelay="
        + fields.retryDelay
        + ", claimAfter="
        + fields.claimAfter
        + ", closeTimeout="
        + fields.closeTimeout;
  }
}
