package io.zeal.resilience;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.ZealException;
import io.zeal.resilience.Circuit.Permit;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls through the circuit, and makes some of them again (B5): reads, and changes that were
 * not sent; with jitter, within the deadline that the call had from its beginning, and only while
 * the circuit is closed.
 *
 * <p>The first attempt runs where the caller is, and costs what the circuit costs. A further one
 * runs in a thread of its own, so that it can be left when the deadline passes whatever deadline
 * the backend goes by.
 */
final class Retries {

  /** What a call does, and so whether it may be made again. */
  enum Kind {
    /** Changes nothing. */
    READ(false, true),
    /** Changes one thing, once. */
    CHANGE(true, true),
    /** Changes nothing, and is not made again. */
    LOOK(false, false),
    /** Changes several things, some of which may have happened though an error says not sent. */
    CHANGES(true, false);

    final boolean change;
    private final boolean again;

    Kind(boolean change, boolean again) {
      this.change = change;
      this.again = again;
    }
  }

  private static final double JITTER = 0.5;

  /** The longest pause, in first ones. */
  private static final int LONGEST = 16;

  private final String backend;
  private final ResilienceSettings settings;
  private final Circuit circuit;
  private final LongSupplier nanoTime;
  private final Executor executor;
  private final AtomicLong retried = new AtomicLong();

  Retries(
      String backend,
      ResilienceSettings settings,
      Circuit circuit,
      LongSupplier nanoTime,
      Executor executor) {
    this.backend = backend;
    this.settings = settings;
    this.circuit = circuit;
    this.nanoTime = nanoTime;
    this.executor = executor;
  }

  /** How many attempts were made beyond first ones. */
  long retried() {
    return retried.get();
  }

  /** Makes a call. */
  <T> T call(Kind kind, Supplier<T> call) {
    Permit permit = circuit.enter(kind.change);
    try {
      T result = call.get();
      circuit.leave(permit, Verdict.ANSWERED, null);
      return result;
    } catch (ZealException e) {
      circuit.leave(permit, Verdict.of(e), e);
      return again(kind, call, e, permit.begun());
    } catch (Throwable e) {
      circuit.leave(permit, Verdict.NOTHING, e);
      throw e;
    }
  }

  /** Makes a call whose result says what failed; it is not made again. */
  <T> T callOnMany(Kind kind, Supplier<T> call, Failures<T> failures) {
    Permit permit = circuit.enter(kind.change);
    Verdict verdict = Verdict.NOTHING;
    Throwable failure = null;
    try {
      T result = call.get();
      failure = failures.ofAll(result).orElse(null);
      verdict = failure == null ? Verdict.ANSWERED : Verdict.of(failure);
      return result;
    } catch (Throwable e) {
      failure = e;
      verdict = Verdict.of(e);
      throw e;
    } finally {
      circuit.leave(permit, verdict, failure);
    }
  }

  /** Looks at the result of a call on many. */
  interface Failures<T> {
    /** An error of one of them if all failed. */
    Optional<ZealException> ofAll(T result);
  }

  private <T> T again(Kind kind, Supplier<T> call, ZealException first, long begun) {
    long leftNanos = left(begun);
    if (leftNanos <= settings.retryDelay().toNanos() || !mayBeMadeAgain(kind, first)) {
      throw first;
    }
    try {
      return Failsafe.with(policy(kind, leftNanos))
          .get(attempt -> {
            if (attempt.isFirstAttempt()) {
              throw first;
            }
            return attempt(kind, call, lastError(attempt.getLastException(), first), begun);
          });
    } catch (FailsafeException e) { // interrupted between two attempts
      Thread.currentThread().interrupt();
      throw new OperationInterruptedException(
          "A call of backend '"
              + backend
              + "' was interrupted before it was made again. The cause is how it ended first.",
          kind.change ? Outcome.NOT_SENT : null,
          first);
    }
  }

  private <T> RetryPolicy<T> policy(Kind kind, long leftNanos) {
    Duration delay = settings.retryDelay();
    Duration left = Duration.ofNanos(leftNanos);
    Duration longest = delay.multipliedBy(LONGEST);
    return RetryPolicy.<T>builder()
        .withMaxRetries(settings.retries())
        .withBackoff(delay, longest.compareTo(left) < 0 ? longest : left)
        .withMaxDuration(left)
        .withJitter(JITTER)
        .handleIf(e -> e instanceof ZealException error && mayBeMadeAgain(kind, error))
        .build();
  }

  private boolean mayBeMadeAgain(Kind kind, ZealException error) {
    return kind.again
        && settings.retries() > 0
        && Verdict.of(error) == Verdict.FAILED
        && wasNotSent(kind, error)
        && circuit.isClosed();
  }

  private static boolean wasNotSent(Kind kind, ZealException error) {
    return error.outcome().map(Outcome.NOT_SENT::equals).orElse(!kind.change);
  }

  private static ZealException lastError(@Nullable Throwable last, ZealException first) {
    return last instanceof ZealException error ? error : first;
  }

  private <T> T attempt(Kind kind, Supplier<T> call, ZealException last, long begun) {
    long leftNanos = left(begun);
    if (leftNanos <= 0) {
      throw last;
    }
    Permit permit = circuit.enter(kind.change);
    FutureTask<T> task = new FutureTask<>(call::get);
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) { // closing
      circuit.leave(permit, Verdict.NOTHING, e);
      throw last;
    }
    retried.incrementAndGet();
    return ended(kind, task, permit, leftNanos);
  }

  private <T> T ended(Kind kind, FutureTask<T> task, Permit permit, long leftNanos) {
    Verdict verdict = Verdict.NOTHING;
    Throwable failure = null;
    try {
      T result = task.get(leftNanos, TimeUnit.NANOSECONDS);
      verdict = Verdict.ANSWERED;
      return result;
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNull(e.getCause());
      failure = cause;
      verdict = Verdict.of(cause);
      throw asThrown(cause);
    } catch (TimeoutException e) {
      var late = late(kind, e);
      failure = late;
      verdict = Verdict.FAILED;
      throw late;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationInterruptedException(
          "A call of backend '" + backend + "' was interrupted while it was made again.",
          kind.change ? Outcome.UNKNOWN : null,
          e);
    } finally {
      var _ = task.cancel(true);
      circuit.leave(permit, verdict, failure);
    }
  }

  private OperationTimeoutException late(Kind kind, TimeoutException cause) {
    return new OperationTimeoutException(
        OperationTimeoutException.Stage.SERVER,
        "A call of backend '"
            + backend
            + "' failed, was made again, and had no answer within "
            + settings.deadline()
            + " of its beginning (zeal.resilience.deadline).",
        kind.change ? Outcome.UNKNOWN : null,
        cause);
  }

  private static RuntimeException asThrown(Throwable cause) {
    return switch (cause) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new IllegalStateException(cause);
    };
  }

  private long left(long begun) {
    return settings.deadline().toNanos() - (nanoTime.getAsLong() - begun);
  }
}
