package io.zeal.benchmarks.messages;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver has received: the handler of every candidate. One thread at a time waits, and
 * calls {@link #expect} before the messages are sent.
 */
final class Arrivals {

  private static final long DEADLINE_NANOS = Duration.ofSeconds(60).toNanos();

  private final AtomicLong arrived = new AtomicLong();

  private long wanted; // by the one who waits; handlers see it through what is sent and received
  private volatile long at;
  private volatile boolean all;
  private volatile @Nullable Thread waiting;

  /** The caller's thread will wait for so many more. */
  void expect(int more) {
    wanted = arrived.get() + more;
    all = false;
    waiting = Thread.currentThread();
  }

  /** A message has come; called by handlers. */
  void one(byte[] payload) {
    if (payload.length != Payload.BYTES) {
      throw new IllegalStateException(payload.length + " bytes came");
    }
    if (arrived.incrementAndGet() == wanted) {
      at = System.nanoTime();
      all = true;
      LockSupport.unpark(waiting);
    }
  }

  /** Waits until all that were expected have come; returns when the last one came. */
  long await() {
    long deadline = System.nanoTime() + DEADLINE_NANOS;
    while (!all) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new IllegalStateException((wanted - arrived.get()) + " messages have not come");
      }
      LockSupport.parkNanos(this, left);
    }
    return at;
  }

  long count() {
    return arrived.get();
  }
}
