package io.zeal.cache;

import io.zeal.BackendUnavailableException;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.ZealException;
import io.zeal.cache.CacheMeters.Meter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Looks that must not take up the time of the load behind them.
 *
 * <p>A look is made in the caller's thread, so a hit costs no hand-over. Once the backend did not
 * answer one, looks are made in other threads, and callers wait for half of their time, until one
 * is answered: a backend that hangs costs those who were looking at that instant the backend's own
 * time limit, and nobody who comes later.
 */
final class Looks {

  /** Looks that hang at once; who finds so many does without. */
  private static final int MOST = 256;

  private final String cache;
  private final Executor executor;
  private final CacheMeters meters;
  private final Semaphore free = new Semaphore(MOST);

  /** Whether the last look had no answer. */
  private volatile boolean inDoubt;

  Looks(String cache, Executor executor, CacheMeters meters) {
    this.cache = cache;
    this.executor = executor;
    this.meters = meters;
  }

  /** A look at one key; unknown if it is not answered in time. */
  Found one(Supplier<Found> look, Patience patience) {
    return inDoubt
        ? elsewhere(() -> noted(look.get()), Found.Unknown::new, patience)
        : noted(look.get());
  }

  /** A look at many keys. */
  <C> C many(
      Supplier<C> look,
      Function<C, Collection<Found>> all,
      Function<ZealException, C> unknown,
      Patience patience) {
    Supplier<C> noting =
        () -> {
          C found = look.get();
          note(all.apply(found));
          return found;
        };
    return inDoubt ? elsewhere(noting, unknown, patience) : noting.get();
  }

  private Found noted(Found found) {
    note(List.of(found));
    return found;
  }

  private void note(Collection<Found> found) {
    boolean doubt = found.stream().anyMatch(Looks::isNoAnswer);
    if (doubt != inDoubt) {
      inDoubt = doubt;
    }
  }

  private static boolean isNoAnswer(Found found) {
    return found instanceof Found.Unknown(ZealException cause)
        && (cause instanceof BackendUnavailableException
            || cause instanceof OperationTimeoutException);
  }

  private <C> C elsewhere(Supplier<C> look, Function<ZealException, C> unknown, Patience patience) {
    if (!free.tryAcquire()) {
      return late(unknown, new TimeoutException());
    }
    CompletableFuture<C> answer = new CompletableFuture<>();
    try {
      executor.execute(() -> answer(look, answer));
    } catch (Throwable e) { // no thread to be had, or closed
      free.release();
      return look.get();
    }
    try {
      return answer.get(patience.lookNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return late(unknown, e);
    } catch (ExecutionException e) {
      throw switch (e.getCause()) {
        case RuntimeException thrown -> thrown;
        case Error thrown -> throw thrown;
        case null, default -> new IllegalStateException(e.getCause());
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationInterruptedException(
          "Cache '" + cache + "': interrupted while its backend was asked.", null, e);
    }
  }

  private <C> void answer(Supplier<C> look, CompletableFuture<C> answer) {
    try {
      answer.complete(look.get());
    } catch (Throwable e) { // whatever it is, the caller is told
      answer.completeExceptionally(e);
    } finally {
      free.release();
    }
  }

  private <C> C late(Function<ZealException, C> unknown, TimeoutException cause) {
    meters.count(Meter.BACKEND_FAILURES);
    return unknown.apply(
        new OperationTimeoutException(
            Stage.SERVER,
            "Cache '" + cache + "': its backend did not answer in time.",
            null,
            cause));
  }
}
