package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A call that runs beside the test, in a virtual thread. */
final class Beside<T> {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread;

  // Written before the latch is counted down, and read behind it.
  private @Nullable T value;
  private @Nullable Throwable thrown;
  private boolean interrupted;

  private Beside(Callable<? extends @Nullable T> call) {
    this.thread = Thread.ofVirtual().unstarted(() -> run(call));
  }

  /** Starts the call. */
  static <T> Beside<T> call(Callable<? extends @Nullable T> call) {
    Beside<T> beside = new Beside<>(call);
    beside.thread.start();
    return beside;
  }

  private void run(Callable<? extends @Nullable T> call) {
    try {
      value = call.call();
    } catch (Throwable e) {
      thrown = e;
    } finally {
      interrupted = Thread.currentThread().isInterrupted();
      over.countDown();
    }
  }

  void interrupt() {
    thread.interrupt();
  }

  boolean isOver() {
    return over.getCount() == 0;
  }

  /** What the call answered; it is expected to end, and not to throw. */
  @Nullable T value(String rule) {
    await(rule);
    if (thrown != null) {
      throw new AssertionError(rule + " expected a value, found " + thrown, thrown);
    }
    return value;
  }

  /** What the call threw; it is expected to end, and to throw {@code type}. */
  <E extends Throwable> E error(String rule, Class<E> type) {
    await(rule);
    assertThat(thrown).as("%s: expected to be refused", rule).isInstanceOf(type);
    return type.cast(Objects.requireNonNull(thrown));
  }

  /** Whether its thread was left interrupted. */
  boolean leftInterrupted(String rule) {
    await(rule);
    return interrupted;
  }

  private void await(String rule) {
    boolean ended;
    try {
      ended = over.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(rule + " interrupted while waiting for a call", e);
    }
    assertThat(ended).as("%s expected the call to end within %s", rule, LIMIT).isTrue();
  }
}
