package io.zeal.proofs.kill;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Where a process stops that is to be killed at a certain store: {@link SteppedClasses} puts a call
 * of {@link #now} before every store into shared memory, and before every lock.
 */
public final class Step {

  private static final AtomicLong LEFT = new AtomicLong(Long.MAX_VALUE);
  private static volatile Runnable reached = () -> {};

  private Step() {}

  /**
   * Whichever thread takes so many steps from now on stops at the last one.
   *
   * @param then what it does there; it goes on once this returns
   */
  static void stopAfter(long steps, Runnable then) {
    reached = then;
    LEFT.set(steps);
  }

  /** A store is about to happen. */
  public static void now() {
    if (LEFT.get() != Long.MAX_VALUE && LEFT.decrementAndGet() == 0) {
      reached.run();
    }
  }
}
