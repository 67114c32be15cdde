package io.zeal;

import java.time.Duration;
import java.util.Objects;

/**
 * A handler's answer to a {@link Delivery}. It counts only while the claim stands; an answer that
 * cannot be recorded because the backend is away is tried again until the claim is lost.
 */
public sealed interface Ack {

  /** Done; once this is recorded the message is never delivered to the group again. */
  record Done() implements Ack {}

  /** Deliver again, not before {@code delay} has passed. */
  record Retry(Duration delay) implements Ack {
    /** The delay is not negative. */
    public Retry {
      if (Objects.requireNonNull(delay, "delay").isNegative()) {
        throw new InvalidArgumentException(
            ErrorCode.INVALID_ARGUMENT, "The retry delay is " + delay + ". Use zero or more.");
      }
    }
  }

  /** Give up: to the dead letters, with {@code reason}. */
  record Reject(String reason) implements Ack {
    /** The reason is not null. */
    public Reject {
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** Done. */
  static Ack done() {
    return new Done();
  }

  /** Deliver again after {@code delay}. */
  static Ack retry(Duration delay) {
    return new Retry(delay);
  }

  /** To the dead letters. */
  static Ack reject(String reason) {
    return new Reject(reason);
  }
}
