package io.zeal.pubsub.spi;

import io.zeal.ZealClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The subscriptions of one {@link io.zeal.spi.Messaging}: their numbers, also of those that ended,
 * and their end with it. Safe for concurrent use.
 */
public final class Subscriptions implements AutoCloseable {

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Endable> open = ConcurrentHashMap.newKeySet(); // changed under lock
  private final Map<String, Long> past = new TreeMap<>(); // guarded by lock
  private volatile boolean closed; // changed under lock

  /** None yet. */
  public Subscriptions() {}

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

  /** Ends those of several at the same time, and waits for the slowest. */
  public static void closeAll(Subscriptions... several) {
    List<Endable> all = new ArrayList<>();
    for (Subscriptions some : several) {
      all.addAll(some.closed());
    }
    all.forEach(Endable::end); // which takes them out of where we have found them
    all.forEach(Endable::close);
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
