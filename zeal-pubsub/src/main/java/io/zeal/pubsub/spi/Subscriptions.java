package io.zeal.pubsub.spi;

import io.zeal.ZealClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The subscriptions of one {@link io.zeal.spi.Messaging}: their numbers, also of those that ended,
 * and their end with it. Safe for concurrent use.
 */
public final class Subscriptions implements AutoCloseable {

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Endable> open = ConcurrentHashMap.newKeySet(); // changed under lock
  private final Map<String, Long> past = new TreeMap<>(); // guarded by lock
  private volatile boolean closed; // changed under lock

  /** None yet. Their numbers are there from the beginning. */
  public Subscriptions() {
    this(Set.of("received", "failed", "dropped", "gaps"));
  }

  private Subscriptions(Set<String> names) {
    names.forEach(name -> past.put(name, 0L));
  }

  /** None yet, of reliable messages: they have {@code lost} too. */
  public static Subscriptions ofConsumers() {
    return new Subscriptions(Set.of("received", "failed", "dropped", "gaps", "lost"));
  }

  /** Refuses if they are closed. */
  public void requireOpen() {
    if (closed) {
      throw new ZealClosedException(
          "The messages of this Zeal instance are closed. Open another, or close it later.");
    }
  }

  /**
   * Adds one. If they are closed it is closed, which calls its {@code leave}, and refused.
   *
   * @return the same
   */
  public <S extends Endable> S add(S subscription) {
    lock.lock();
    try {
      if (!closed) {
        open.add(subscription);
        return subscription;
      }
    } finally {
      lock.unlock();
    }
    subscription.close();
    requireOpen();
    throw new AssertionError("closed and open");
  }

  /** Forgets one that ends, and keeps its numbers. */
  public void remove(Endable subscription) {
    lock.lock();
    try {
      if (open.remove(subscription)) {
        subscription.numbers().forEach((name, number) -> past.merge(name, number, Long::sum));
      }
    } finally {
      lock.unlock();
    }
  }

  /** The sum of all numbers, and {@code subscriptions}: how many there are. */
  public Map<String, Long> numbers() {
    lock.lock();
    try {
      Map<String, Long> sum = new TreeMap<>(past);
      for (Endable one : open) {
        one.numbers().forEach((name, number) -> sum.merge(name, number, Long::sum));
      }
      sum.put("subscriptions", (long) open.size());
      return sum;
    } finally {
      lock.unlock();
    }
  }

  /** Ends all of them at the same time, and waits for the slowest. */
  @Override
  public void close() {
    closeAll(this);
  }

  /**
   * Ends those of several at the same time, and waits for the slowest; for no handler that calls
   * this. What one of them throws keeps no other from its end; the first is thrown at last.
   */
  public static void closeAll(Subscriptions... several) {
    List<Endable> all = new ArrayList<>();
    for (Subscriptions some : several) {
      all.addAll(some.closed());
    }
    List<Throwable> failures = new ArrayList<>();
    each(
        all,
        Endable::endAndGiveUpCaller,
        failures); // which takes them out of where we have found them
    each(all, Endable::close, failures);
    if (!failures.isEmpty()) {
      Throwable first = failures.removeFirst();
      failures.stream().filter(other -> !other.equals(first)).forEach(first::addSuppressed);
      if (first instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) first; // neither step declares any other
    }
  }

  private static void each(List<Endable> all, Consumer<Endable> step, List<Throwable> failures) {
    for (Endable one : all) {
      try {
        step.accept(one);
      } catch (RuntimeException | Error e) {
        failures.add(e);
      }
    }
  }

  /** Lets nobody in any more, and answers who is there. */
  private List<Endable> closed() {
    lock.lock();
    try {
      closed = true;
      return List.copyOf(open);
    } finally {
      lock.unlock();
    }
  }
}
