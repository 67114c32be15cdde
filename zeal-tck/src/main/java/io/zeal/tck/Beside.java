package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A call that runs beside the test, in a virtual thread. */
final class Beside<T> {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final CompletableFuture<@Nullable T> result = new CompletableFuture<>();
  private final CompletableFuture<Boolean> flag = new CompletableFuture<>();
  private final Thread thread;

  private Beside(Callable<@Nullable T> call) {
    this.thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                result.complete(call.call());
              } catch (Throwable e) {
                result.completeExceptionally(e);
              } finally {
                flag.complete(Thread.currentThread().isInterrupted());
              }
            });
  }

  /** Starts the call. */
  static <T> Beside<T> call(Callable<@Nullable T> call) {
    return new Beside<>(call);
  }

  void interrupt() {
    thread.interrupt();
  }

  boolean isOver() {
    return result.isDone();
  }

  /** What the call answered; it is expected to end, and not to throw. */
  @Nullable T value(String rule) {
    try {
      return await(rule, result);
    } catch (ExecutionException e) {
      throw new AssertionError(rule + " expected a value, found " + e.getCause(), e.getCause());
    }
  }

  /** What the call threw; it is expected to end, and to throw {@code type}. */
  <E extends Throwable> E error(String rule, Class<E> type) {
    Throwable thrown = null;
    try {
      await(rule, result);
    } catch (ExecutionException e) {
      thrown = e.getCause();
    }
    assertThat(thrown).as("%s: expected to be refused", rule).isInstanceOf(type);
    return type.cast(thrown);
  }

  /** Whether its thread was left interrupted. */
  boolean leftInterrupted(String rule) {
    try {
      return await(rule, flag);
    } catch (ExecutionException e) {
      throw new AssertionError(rule + " nothing completes it so", e);
    }
  }

  private static <V> V await(String rule, CompletableFuture<V> future) throws ExecutionException {
    try {
      return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(rule + " expected the call to end within " + LIMIT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(rule + " interrupted while waiting for a call", e);
    }
  }
}
