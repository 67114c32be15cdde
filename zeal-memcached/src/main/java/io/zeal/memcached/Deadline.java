package io.zeal.memcached;

import io.zeal.memcached.ClientException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Until when a call may wait.
 *
 * @param nanos a {@link System#nanoTime}
 */
record Deadline(long nanos) {

  static Deadline in(Duration timeout) {
    return new Deadline(System.nanoTime() + timeout.toNanos());
  }

  boolean hasPassed() {
    return nanos - System.nanoTime() <= 0;
  }

  /** Refuses to send anything once the time is over or the caller was interrupted. */
  void requireTime() throws ClientException {
    requireNotInterrupted();
    if (hasPassed()) {
      throw new ClientException(Kind.TIMEOUT, false, "no time was left to send it", null);
    }
  }

  static void requireNotInterrupted() throws ClientException {
    if (Thread.currentThread().isInterrupted()) {
      throw new ClientException(
          Kind.INTERRUPTED, false, "interrupted before anything was sent", null);
    }
  }

  /**
   * What a server says, or why it says nothing; the caller's interrupt stays set.
   *
   * @param stage of this caller alone: it may be ended when the time is over
   * @param client whom to ask for the reason
   */
  <T> T await(CompletionStage<T> stage, Client client) throws ClientException {
    CompletableFuture<T> answer = stage.toCompletableFuture();
    try {
      if (Thread.currentThread().isVirtual() && !answer.isDone() && !hasPassed()) {
        client.limit(answer, nanos);
        return answer.get();
      }
      return answer.get(Math.max(0, nanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | CancellationException e) {
      throw client.reason(e);
    } catch (TimeoutException e) {
      throw client.reason(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException(Kind.INTERRUPTED, true, "interrupted while waiting", e);
    }
  }

  /**
   * Does something with each as soon as its answer is there, so that a server that is silent keeps
   * no other waiting; with those whose answer is not there in time at the end.
   */
  <V> void asTheyCome(List<V> all, Function<V, CompletableFuture<?>> answer, Consumer<V> action) {
    List<V> left = new ArrayList<>(all);
    while (!left.isEmpty()) {
      V next = next(left, answer);
      left.remove(next);
      action.accept(next);
    }
  }

  /**
   * One of several whose answer is there; if none is in time, the first.
   *
   * @param left at least one
   */
  <V> V next(List<V> left, Function<V, CompletableFuture<?>> answer) {
    if (left.size() > 1 && left.stream().noneMatch(one -> answer.apply(one).isDone())) {
      try {
        var _ =
            CompletableFuture.anyOf(left.stream().map(answer).toArray(CompletableFuture[]::new))
                .get(Math.max(0, nanos - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (ExecutionException | CancellationException | TimeoutException e) {
        // Whoever takes it learns why.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return left.stream()
        .filter(one -> answer.apply(one).isDone())
        .findFirst()
        .orElse(left.getFirst());
  }
}
