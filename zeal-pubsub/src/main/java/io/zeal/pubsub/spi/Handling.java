package io.zeal.pubsub.spi;

import io.zeal.Ack;
import io.zeal.CodecException;
import io.zeal.ConsumeOptions;
import io.zeal.ZealClosedException;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The handling of one message, in the thread of a worker: begins its delivery, runs the handler,
 * and makes an answer of what comes of it. What no handler gets any more, or was refused by one, or
 * failed too often, is buried. Where its own class stands in a stack trace the handler's part ends
 * ({@link StackHash}).
 */
final class Handling {

  private final Consuming consuming;
  private final ConsumeOptions options;
  private final ConsumptionLock lock;
  private final ConsumptionLog log;
  private final Claims claims;

  // Guarded by lock.
  private long received;
  private long failed;

  Handling(Consuming consuming, ConsumptionLock lock, ConsumptionLog log, Claims claims) {
    this.consuming = consuming;
    this.options = consuming.options();
    this.lock = lock;
    this.log = log;
    this.claims = claims;
  }

  /**
   * What becomes of a message; null if its claim is lost. Another delivery if anything but its
   * handler went wrong.
   */
  @Nullable Answer answerOrRetry(Held held) {
    try {
      return answer(held);
    } catch (RuntimeException | Error e) {
      log.trouble("delivering a message", e);
      return retry(held);
    }
  }

  /** What becomes of a message; null if its claim is lost. */
  private @Nullable Answer answer(Held held) {
    if (!mine(held)) {
      return null;
    }
    if (!held.claimed.fresh()) {
      if (held.claimed.count() >= options.maxDeliveries()) {
        return bury(
            held,
            "Its consumers ended again and again: "
                + held.claimed.count()
                + " deliveries, none of which was answered",
            null);
      }
      OptionalLong count = begin(held);
      if (count.isEmpty()) {
        return null;
      }
      held.begin(count.getAsLong());
    }
    return handle(held);
  }

  /**
   * Enters the thread that may be interrupted; false if there is nothing to run any more, by the
   * clock too: whoever beats may hang, or not have run yet, in a process that stood still.
   */
  private boolean mine(Held held) {
    boolean stands = claims.stands(held);
    lock.lock();
    try {
      held.thread = Thread.currentThread();
      return stands && !held.tenure.lost && !held.cutOff;
    } finally {
      lock.unlock();
    }
  }

  private OptionalLong begin(Held held) {
    Backoff backoff = Backoff.ofTrips();
    while (claims.stands(held)) {
      try {
        return held.tenure.membership.begin(held.claimed);
      } catch (LostMembershipException e) {
        claims.lose(held.tenure, e.getMessage());
      } catch (ZealClosedException e) {
        return OptionalLong.empty();
      } catch (RuntimeException e) {
        log.trouble("beginning a delivery", e);
        lock.awaitRetry(backoff.nextNanos());
      }
    }
    return OptionalLong.empty();
  }

  private Answer handle(Held held) {
    countReceived();
    try {
      Ack ack = consuming.handler().apply(held);
      return switch (Objects.requireNonNull(ack, "The handler's answer")) {
        case Ack.Done() -> new Answer(held, new Settlement.Done(held.claimed));
        case Ack.Retry(Duration delay) ->
            isLast(held)
                ? bury(held, "Asked for another delivery after the last one", null)
                : new Answer(held, new Settlement.Retry(held.claimed, delay));
        case Ack.Reject(String reason) -> bury(held, reason, null);
      };
    } catch (Throwable e) { // an Error too: the message is delivered again
      return failed(held, e);
    }
  }

  private void countReceived() {
    lock.lock();
    try {
      received++;
    } finally {
      lock.unlock();
    }
  }

  private Answer failed(Held held, Throwable error) {
    boolean first;
    lock.lock();
    try {
      first = ++failed == 1 && !held.cutOff;
    } finally {
      lock.unlock();
    }
    if (first) {
      log.handlerFailed(error);
    }
    return isLast(held) || error instanceof CodecException
        ? bury(held, error.getClass().getName(), StackHash.of(error))
        : retry(held);
  }

  private Answer retry(Held held) {
    return new Answer(held, new Settlement.Retry(held.claimed, options.retryDelay()));
  }

  private boolean isLast(Held held) {
    return held.deliveryCount() >= options.maxDeliveries();
  }

  private static Answer bury(Held held, String reason, @Nullable String stackHash) {
    return new Answer(held, new Settlement.Bury(held.claimed, reason, stackHash));
  }

  /** How many handlers have begun. Holds the lock. */
  long received() {
    return received;
  }

  /** How many of them threw. Holds the lock. */
  long failed() {
    return failed;
  }
}
