package io.zeal.tck;

import io.zeal.CircuitOpenException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A call in a thread of its own that stays at the backend until it is told how to end. */
final class PendingCall {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final ThreadLocal<PendingCall> CURRENT = new ThreadLocal<>();

  private final CountDownLatch atBackendOrEnded = new CountDownLatch(1);
  private final CountDownLatch told = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean atBackend;
  private volatile @Nullable RuntimeException end;
  private volatile @Nullable Throwable thrown;

  /** Begins a call; returns when it is at the backend, or was refused on the way. */
  PendingCall(Runnable call) {
    thread =
        Thread.ofVirtual()
            .start(() -> {
              CURRENT.set(this);
              try {
                call.run();
              } catch (Throwable e) {
                thrown = e;
              } finally {
                atBackendOrEnded.countDown();
              }
            });
    await(atBackendOrEnded);
  }

  /** The behaviour of a backend at which these calls stay; others pass. */
  static void stay() {
    PendingCall call = CURRENT.get();
    if (call != null) {
      call.stayUntilTold();
    }
  }

  private void stayUntilTold() {
    atBackend = true;
    atBackendOrEnded.countDown();
    await(told);
    RuntimeException error = end;
    if (error != null) {
      throw error;
    }
  }

  /** Whether it came as far as the backend. */
  boolean wasLetThrough() {
    return atBackend;
  }

  boolean wasRefused() {
    return thrown instanceof CircuitOpenException;
  }

  /** Lets it end, with {@code error} or, if that is null, with a result. */
  void end(@Nullable RuntimeException error) {
    end = error;
    told.countDown();
    try {
      if (!thread.join(LIMIT)) {
        throw new AssertionError("A call of the kit did not end.");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("A call of the kit neither reached the backend nor ended.");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
