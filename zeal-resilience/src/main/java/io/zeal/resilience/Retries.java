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
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls through the circuit, and makes some of them again (B5): reads, and changes that were
 * not sent; with jitter, within the deadline that the call had from its beginning, and only while
 * the circuit is closed. What is made again is never a probe, and counts only if it is answered: a
 * call counts once among those that failed (B5.5).
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
    /**
     * Changes several things, some of which may have happened though an error says not sent; or is
     * announced, by the thread of the caller alone. Not made again.
     */
    CHANGES(true, false);

    final boolean change;
    private final boolean again;

    Kind(boolean change, boolean again) {
      this.change = change;
      this.again = again;
    }
  }

  private static final double JITTER = 0.5;

  /** The part of the deadline without which nothing is begun: it would end before any answer. */
  private static final int USEFUL_PART = 10;

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

  /** Makes a call whose result says how it ended; it is not made again. */
  <T> T callOnMany(Kind kind, Supplier<T> call, Function<? super T, End> ends) {
    Permit permit = circuit.enter(kind.change);
    End end = End.NOTHING;
    try {
      T result = call.get();
      end = ends.apply(result);
      return result;
    } catch (Throwable e) {
      end = new End(Verdict.of(e), e);
      throw e;
    } finally {
      circuit.leave(permit, end.verdict(), end.failure());
    }
  }

  private <T> T again(Kind kind, Supplier<T> call, ZealException first, long begun) {
    if (!isTimeFor(begun) || !mayBeMadeAgain(kind, first)) {
      throw first;
    }
    try {
      return Failsafe.with(policy(kind, begun))
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

  private <T> RetryPolicy<T> policy(Kind kind, long begun) {
    Duration delay = settings.retryDelay();
    Duration left = Duration.ofNanos(left(begun));
    Duration longest = delay.multipliedBy(LONGEST); // more than the delay, as is what is left
    return RetryPolicy.<T>builder()
        .withMaxRetries(settings.retries())
        .withBackoff(delay, longest.compareTo(left) < 0 ? longest : left)
        .withMaxDuration(left)
        .withJitter(JITTER)
        .handleIf(e ->
            e instanceof ZealException error && isTimeFor(begun) && mayBeMadeAgain(kind, error))
        .build();
  }

  /** Whether a useful part of the deadline is left behind the longest of first pauses. */
  private boolean isTimeFor(long begun) {
    return left(begun) - usefulNanos() > (long) (settings.retryDelay().toNanos() * (1 + JITTER));
  }

  private long usefulNanos() {
    return settings.deadline().toNanos() / USEFUL_PART;
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
    if (left(begun) < usefulNanos()) {
      throw last;
    }
    Permit permit = circuit.enterIfClosed();
    if (permit == null) {
      throw last;
    }
    Attempt<T> attempt = new Attempt<>(call);
    try {
      executor.execute(attempt);
    } catch (RejectedExecutionException e) { // closing
      throw last;
    }
    retried.incrementAndGet();
    return ended(kind, attempt, permit, last, begun);
  }

  /** A call in a thread of its own, of which it is known whether it has begun. */
  private static final class Attempt<T> extends FutureTask<T> {

    private final AtomicBoolean taken;

    Attempt(Supplier<T> call) {
      this(call, new AtomicBoolean());
    }

    private Attempt(Supplier<T> call, AtomicBoolean taken) {
      super(() -> {
        if (!taken.compareAndSet(false, true)) {
          throw new CancellationException("given up before it began");
        }
        return call.get();
      });
      this.taken = taken;
    }

    /** It will not begin; false if it has. */
    boolean giveUp() {
      return taken.compareAndSet(false, true);
    }
  }

  private <T> T ended(
      Kind kind, Attempt<T> attempt, Permit permit, ZealException last, long begun) {
    Verdict verdict = Verdict.NOTHING;
    try {
      T result = attempt.get(left(begun), TimeUnit.NANOSECONDS);
      verdict = Verdict.ANSWERED;
      return result;
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNull(e.getCause());
      verdict = Verdict.of(cause) == Verdict.ANSWERED ? Verdict.ANSWERED : Verdict.NOTHING;
      throw asThrown(cause);
    } catch (TimeoutException e) {
      throw attempt.giveUp() ? last : late(kind, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      Outcome outcome = attempt.giveUp() ? Outcome.NOT_SENT : Outcome.UNKNOWN;
      throw new OperationInterruptedException(
          "A call of backend '" + backend + "' was interrupted while it was made again.",
          kind.change ? outcome : null,
          e);
    } finally {
      var _ = attempt.cancel(true);
      circuit.leave(permit, verdict, null);
    }
  }

  private OperationTimeoutException late(Kind kind, TimeoutException cause) {
    return new OperationTimeoutException(
        OperationTimeoutException.Stage.SERVER,
        "A call of backend '"
            + backend
            + "' failed, was made again, and had no answer within "
            + settings.deadline()
            + " of its beginning (zeal.resilience.deadline, or else the backend's own timeout).",
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
