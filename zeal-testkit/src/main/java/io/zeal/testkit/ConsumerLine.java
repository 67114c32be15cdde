package io.zeal.testkit;

import io.zeal.Ack;
import io.zeal.ConsumeOptions;
import io.zeal.Delivery;
import io.zeal.Subscription;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The way of reliable messages to one consumer. What is lost on it is delivered again, and nothing
 * here turns a message into a dead letter: the last delivery that a message may have is left alone.
 */
final class ConsumerLine implements Line {

  private static final Duration SOON = Duration.ZERO;

  /** Long enough for the next ones to come first. */
  private static final Duration LATER = Duration.ofMillis(20);

  /**
   * Longer than it takes until the backend gives a consumer that ends nothing more: one that came
   * again and again until then would use up its deliveries and be buried.
   */
  private static final Duration WHILE_ENDING = Duration.ofMillis(100);

  private final Lines lines;
  private final Chaos chaos;
  private final ConsumeOptions options;
  private final Function<Delivery, Ack> handler;
  private final long stream;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All under the lock.
  private boolean ended;
  private long disturbed;
  private long kept;
  private long gaps;

  ConsumerLine(Lines lines, ConsumeOptions options, Function<Delivery, Ack> handler, long stream) {
    this.lines = lines;
    this.chaos = lines.chaos();
    this.options = options;
    this.handler = handler;
    this.stream = stream;
  }

  /** One delivery; several at a time. */
  Ack deliver(Delivery delivery) {
    Plan plan = chaos.plan();
    return plan.sparesMessages() ? handler.apply(delivery) : disturbed(plan, delivery);
  }

  private Ack disturbed(Plan plan, Delivery delivery) {
    boolean last = delivery.deliveryCount() >= options.maxDeliveries();
    long count = nextCount();
    Fault fate =
        last ? null : plan.messages().at(chaos.draws().draw(stream, count, Draws.Purpose.FAULT));
    long nanos =
        plan.messageLatency().drawn(chaos.draws().draw(stream, count, Draws.Purpose.LATENCY));
    if (!arrives(nanos)) {
      return keep(Ack.retry(WHILE_ENDING));
    }
    if (fate == Fault.DROP || fate == Fault.SILENT_DROP || fate == Fault.REORDER) {
      chaos.count(fate);
      return keep(Ack.retry(fate == Fault.REORDER ? LATER : SOON));
    }
    Ack answer = handler.apply(delivery);
    if (chaos.plan().isCut() && !arrives(0) && !last) {
      return Ack.retry(WHILE_ENDING); // it ends before the answer can be recorded
    }
    if (fate == Fault.DUPLICATE && answer instanceof Ack.Done) {
      chaos.count(Fault.DUPLICATE);
      return Ack.retry(SOON);
    }
    return answer;
  }

  /** Waits for a latency, and for a partition to end; false if this ends first. */
  private boolean arrives(long nanos) {
    long until = System.nanoTime() + nanos;
    lock.lock();
    try {
      while (!ended) {
        long left = until - System.nanoTime();
        if (left > 0) {
          var _ = changed.awaitNanos(left);
        } else if (chaos.plan().isCut()) {
          changed.await();
        } else {
          return true;
        }
      }
    } catch (InterruptedException e) { // closing does that to handlers that take too long
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    return false;
  }

  private long nextCount() {
    lock.lock();
    try {
      return disturbed++;
    } finally {
      lock.unlock();
    }
  }

  /** The handler was not called. */
  private Ack keep(Ack answer) {
    lock.lock();
    try {
      kept++;
    } finally {
      lock.unlock();
    }
    return answer;
  }

  @Override
  public void healed() {
    lock.lock();
    try {
      gaps++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Handlers run in the backend's threads, which waited for them. */
  @Override
  public void awaitHandler(long fromNanos) {}

  @Override
  public Subscription of(Subscription real) {
    return new Consuming(real);
  }

  private final class Consuming implements Subscription {

    private final Subscription real;

    Consuming(Subscription real) {
      this.real = real;
    }

    @Override
    public boolean isActive() {
      return real.isActive() && !chaos.plan().isCut();
    }

    /** The backend's, with what happened behind it. */
    @Override
    public Map<String, Long> numbers() {
      Map<String, Long> numbers = new HashMap<>(real.numbers());
      lock.lock();
      try {
        numbers.computeIfPresent("received", (_, count) -> count - kept);
        numbers.computeIfPresent("gaps", (_, count) -> count + gaps);
      } finally {
        lock.unlock();
      }
      return numbers;
    }

    @Override
    public void close() {
      end();
      real.close();
      lines.leave(ConsumerLine.this);
    }
  }
}
