package io.zeal.launcher;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Looks again and again, with a limit. */
final class Waiting {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Waiting() {}

  /** Looks until what is seen is as wanted, and returns it; fails with what was seen last. */
  static <T> T until(Callable<T> look, Predicate<? super T> wanted) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    T seen = look.call();
    while (!wanted.test(seen)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("After " + LIMIT + " there is still: " + seen);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      seen = look.call();
    }
    return seen;
  }
}
