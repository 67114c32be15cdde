package io.zeal;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something of a {@link Zeal} that the first call which needs it opens, once.
 *
 * <p>The lock guards the holder and nothing else: opening and closing are a plugin's work and run
 * outside it. Who finds the holder made by another waits for it. What is opened while the part is
 * closed is closed by who opened it.
 */
final class Part<T extends AutoCloseable> {

  /**
   * Opening may ask a server, which has deadlines of its own; this one is for a plugin that has
   * none.
   */
  static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final String what;
  private final Supplier<ZealClosedException> closedError;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable CompletableFuture<T> holder; // guarded by lock
  private boolean closed; // guarded by lock

  Part(String what, Supplier<ZealClosedException> closedError) {
    this.what = what;
    this.closedError = closedError;
  }

  /** What is open, or what {@code opener} opens; an opener that throws leaves the part unopened. */
  @SuppressWarnings("ReferenceEquality") // whether the holder is ours is the question
  T open(Supplier<T> opener) {
    CompletableFuture<T> mine = new CompletableFuture<>();
    CompletableFuture<T> found = claim(mine);
    return found == mine ? open(mine, opener) : await(found);
  }

  private CompletableFuture<T> claim(CompletableFuture<T> mine) {
    lock.lock();
    try {
      if (closed) {
        throw closedError.get();
      }
      if (holder == null) {
        holder = mine;
      }
      return holder;
    } finally {
      lock.unlock();
    }
  }

  private T open(CompletableFuture<T> mine, Supplier<T> opener) {
    T opened;
    try {
      opened = Objects.requireNonNull(opener.get(), what);
    } catch (RuntimeException | Error e) {
      forget();
      mine.completeExceptionally(e);
      throw e;
    }
    if (!settle(mine, opened)) {
      ZealClosedException late = closedError.get();
      closeAfter(late, opened);
      mine.completeExceptionally(late);
      throw late;
    }
    return opened;
  }

  private void forget() {
    lock.lock();
    try {
      holder = null;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the part is still wanted. Completing wakes waiters and runs no code of theirs. */
  private boolean settle(CompletableFuture<T> mine, T opened) {
    lock.lock();
    try {
      return !closed && mine.complete(opened);
    } finally {
      lock.unlock();
    }
  }

  private static void closeAfter(Throwable failure, AutoCloseable opened) {
    try {
      opened.close();
    } catch (Throwable e) { // an Error too: the first failure is the one to tell
      failure.addSuppressed(e);
    }
  }

  private T await(CompletableFuture<T> other) {
    try {
      return other.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (TimeoutException e) {
      throw new OperationTimeoutException(
          OperationTimeoutException.Stage.QUEUE,
          "Another thread has been opening the "
              + what
              + " for "
              + LONGEST_WAIT.toSeconds()
              + " s. Look at what it waits for, and try again.",
          Outcome.NOT_SENT,
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationInterruptedException(
          "Interrupted while another thread opened the " + what + ".", Outcome.NOT_SENT, e);
    }
  }

  /** What is open; empty if nothing is, or not yet. */
  Optional<T> opened() {
    lock.lock();
    try {
      return Optional.ofNullable(holder)
          .filter(found -> found.isDone() && !found.isCompletedExceptionally())
          .map(CompletableFuture::join);
    } finally {
      lock.unlock();
    }
  }

  /** Closes what is open; nothing is opened afterwards. */
  void close() throws Exception {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    Optional<T> open = opened();
    if (open.isPresent()) {
      open.get().close();
    }
  }
}
