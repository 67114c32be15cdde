package io.zeal.pubsub.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one lock of a {@link Consumption}, with what its threads wait for, the clock they wait by,
 * and the threads that are to begin.
 *
 * <p>A thread that is wanted is noted under the lock ({@link #startLater}) and started by whoever
 * lets go of it: one that began at once would find it held. So while nobody holds the lock nothing
 * is noted. Nobody takes it twice, and nobody holds it during a call of the membership, the handler
 * or the log.
 */
final class ConsumptionLock {

  private final ReentrantLock lock = new ReentrantLock();
  private final LongSupplier nanoClock;

  /** For the taker and those who close. */
  final Condition changed = lock.newCondition();

  /** For the pulse. */
  final Condition pulse = lock.newCondition();

  /** For those who wait to try again. */
  final Condition retry = lock.newCondition();

  // All guarded by lock.
  private final List<Start> starts = new ArrayList<>();

  /** By the end of the executor, or for want of a thread: nothing can be begun any more. */
  boolean interrupted;

  /** Why there was no thread, unless the executor has ended. */
  @Nullable Throwable threadless;

  /**
   * A thread that is to begin.
   *
   * @param otherwise what is done under the lock if there is none
   */
  private record Start(Executor executor, Runnable part, Runnable otherwise) {}

  ConsumptionLock(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  long nanoTime() {
    return nanoClock.getAsLong();
  }

  void lock() {
    lock.lock();
  }

  /** Lets go of the lock, and then starts what was decided under it. */
  void unlock() {
    List<Start> some = starts.isEmpty() ? List.of() : List.copyOf(starts);
    starts.clear();
    lock.unlock();
    some.forEach(this::start);
  }

  /**
   * Notes a thread that begins when the lock is let go. Holds the lock.
   *
   * @param otherwise what is done under the lock if there is none; starts nothing itself
   */
  void startLater(Executor executor, Runnable part, Runnable otherwise) {
    starts.add(new Start(executor, part, otherwise));
  }

  /** Whether a thread is to begin: who waits now would keep it from that. Holds the lock. */
  boolean isToStart() {
    return !starts.isEmpty();
  }

  /** Without a thread everything ends. */
  private void start(Start start) {
    Throwable error = null;
    try {
      start.executor.execute(start.part);
      return;
    } catch (RejectedExecutionException e) {
      // The executor has ended.
    } catch (RuntimeException | Error e) {
      error = e;
    }
    lock.lock();
    try {
      interrupted = true;
      threadless = threadless == null ? error : threadless;
      start.otherwise.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits before the next attempt; less if everything ends, or the claims are lost. That a worker
   * is interrupted means nothing but an earlier attempt: somebody may have meant its last handler.
   */
  void awaitRetry(long nanos) {
    lock.lock();
    try {
      var _ = await(retry, nanos);
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #awaitRetry} for the taker, whom the end of the executor alone interrupts. */
  void awaitRetryOrInterrupt(long nanos) {
    lock.lock();
    try {
      interrupted |= !await(retry, nanos);
    } finally {
      lock.unlock();
    }
  }

  /** One wait, which may end early; false if the thread was interrupted. Holds the lock. */
  @SuppressWarnings("WaitNotInLoop") // each caller is, or means to try again whenever it wakes
  static boolean await(Condition condition, long nanos) {
    try {
      long ignored = condition.awaitNanos(nanos);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Lets everybody who waits look at the clock again. */
  void look() {
    lock.lock();
    try {
      changed.signalAll();
      pulse.signalAll();
      retry.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
