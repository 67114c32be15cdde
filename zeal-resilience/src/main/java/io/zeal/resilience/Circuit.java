package io.zeal.resilience;

import io.zeal.CircuitOpenException;
import io.zeal.Outcome;
import io.zeal.ZealException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether calls are let through: closed, open, half-open (B1 to B3).
 *
 * <p>Every call that is let through has a permit, and a permit has a number. Only a permit of the
 * number that is current says something at its end: with each change of state, and with each probe,
 * the number goes up, so that a call that began before an outage cannot end what was found in it,
 * and a probe that was given up cannot come back as another's result.
 *
 * <p>No state needs a call that ends. Closed lets everything through. Open becomes half-open by the
 * first call that comes when its time is over. Half-open has a probe under way, whose time is
 * bounded, or a free place for one; who finds the probe's time over takes it for failed, as of the
 * moment it was. There is no timer: what time brings about, the next call sees to, or the next
 * look.
 *
 * <p>The lock is held for a few loads and stores at the end of a call, never during one. A call
 * begins without it, but for a probe. See {@code docs/synchronization.md}.
 */
final class Circuit {

  /** The number of a state is what {@code stats()} shows. */
  enum State {
    CLOSED(0),
    HALF_OPEN(1),
    OPEN(2);

    final long shown;

    State(long shown) {
      this.shown = shown;
    }
  }

  /** A call that was let through, and when it began. */
  record Permit(long number, long begun) {}

  /**
   * What a call meets, so that neither those of a healthy backend nor those that are refused wait
   * for each other.
   */
  private sealed interface Gate {

    /** Closed: permits have this number. */
    record Open(long number) implements Gate {}

    /** Until then nothing is let through, unless the gate moves; later, one has to look. */
    record Shut(boolean probing, long until, Why why) implements Gate {}
  }

  /**
   * A change of state.
   *
   * @param failedProbes how many probes failed since, if it opened the circuit (B7.3)
   */
  record Transition(State from, State to, Instant at, long failedProbes) {

    Transition withFailedProbe() {
      return new Transition(from, to, at, failedProbes + 1);
    }
  }

  /** What is known of the circuit at one moment. */
  record Picture(
      State state,
      long opened,
      long rejected,
      long probes,
      long lostProbes,
      long failures,
      long windowCalls,
      long windowFailures,
      @Nullable Instant openSince,
      @Nullable Instant lastChange,
      List<Transition> history) {}

  private static final System.Logger LOG = System.getLogger("io.zeal.resilience");

  /** Three for each outage, however long: it opened, let a probe through, and closed. */
  private static final int REMEMBERED = 30;

  private final String backend;
  private final ResilienceSettings settings;
  private final long silenceNanos;
  private final long openNanos;
  private final long probeNanos;
  private final LongSupplier nanoTime;
  private final InstantSource clock;

  private final LongAdder rejected = new LongAdder();

  /** What a call meets first: written with the lock, read without. */
  private volatile Gate gate = new Gate.Open(0);

  private final Object lock = new Object();
  private final FailureWindow window; // guarded by the lock, as all below
  private State state = State.CLOSED;
  private long number;
  private long lastAnswer;
  private int failedInARow;
  private long rowBegan;
  private long openUntil;
  private boolean probing;
  private long probeUntil;
  private @Nullable Instant openSince;
  private @Nullable Instant lastChange;
  private String reason = "";
  private @Nullable Throwable lastFailure;
  private long opened;
  private long probes;
  private long lostProbes;
  private long failures;
  private final Deque<Transition> history = new ArrayDeque<>();

  Circuit(String backend, ResilienceSettings settings, LongSupplier nanoTime, InstantSource clock) {
    this.backend = backend;
    this.settings = settings;
    this.silenceNanos = settings.silence().toNanos();
    this.openNanos = settings.openFor().toNanos();
    this.probeNanos = settings.probeTimeout().toNanos();
    this.nanoTime = nanoTime;
    this.clock = clock;
    long now = nanoTime.getAsLong();
    this.window = new FailureWindow(settings.window(), now);
    this.lastAnswer = now;
  }

  /**
   * Lets a call through.
   *
   * @param change whether the call may change something
   * @throws CircuitOpenException if not
   */
  Permit enter(boolean change) {
    while (true) {
      long now = nanoTime.getAsLong();
      switch (gate) {
        case Gate.Open(long current) -> {
          return new Permit(current, now);
        }
        case Gate.Shut shut when now - shut.until() < 0 -> {
          rejected.increment();
          throw refusal(change, shut, now);
        }
        case Gate.Shut _ -> {
          Permit probe = probe();
          if (probe != null) {
            return probe;
          }
        }
      }
    }
  }

  /** Lets a probe through if it is time for one; if not, somebody has moved the gate meanwhile. */
  private @Nullable Permit probe() {
    synchronized (lock) {
      long now = nanoTime.getAsLong();
      giveUpLateProbe(now);
      if (state == State.OPEN && now - openUntil >= 0) {
        become(State.HALF_OPEN);
      }
      if (state != State.HALF_OPEN || probing) {
        return null;
      }
      probing = true;
      probeUntil = now + probeNanos;
      probes++;
      number++;
      gate = new Gate.Shut(true, probeUntil, why());
      return new Permit(number, now);
    }
  }

  private CircuitOpenException refusal(boolean change, Gate.Shut shut, long now) {
    String next =
        shut.probing()
            ? "One call is trying it again just now."
            : "The next call that comes in "
                + Duration.ofNanos(shut.until() - now).toMillis()
                + " ms or later tries it again.";
    return new CircuitOpenException(
        "The circuit of backend '"
            + backend
            + "' is open, and nothing was sent. "
            + shut.why()
            + next,
        change ? Outcome.NOT_SENT : null,
        shut.why().lastFailure());
  }

  /** A call that was let through has ended; {@code failure} is why, if it failed. */
  void leave(Permit permit, Verdict verdict, @Nullable Throwable failure) {
    State before;
    State after;
    Why why;
    synchronized (lock) {
      long now = nanoTime.getAsLong();
      giveUpLateProbe(now);
      if (permit.number() != number) {
        return; // of another time
      }
      before = state;
      switch (verdict) {
        case ANSWERED -> answered(now);
        case FAILED -> failed(permit, now, failure);
        case NOTHING -> giveBack(now);
      }
      after = state;
      if (before == after) {
        return;
      }
      why = why();
    }
    log(before, after, why);
  }

  /** Not each failed probe: the beginning of an outage, and its end. */
  private void log(State before, State after, Why why) {
    if (before == State.CLOSED) {
      LOG.log(System.Logger.Level.WARNING, "The circuit of backend {0} opened. {1}", backend, why);
    } else if (after == State.CLOSED) {
      LOG.log(System.Logger.Level.INFO, "The circuit of backend {0} is closed again.", backend);
    }
  }

  /** Lets a call through that is made again: never as a probe (B5.4). Null if it is not closed. */
  @Nullable Permit enterIfClosed() {
    return gate instanceof Gate.Open(long current)
        ? new Permit(current, nanoTime.getAsLong())
        : null;
  }

  /** Whether a call may be made again. */
  boolean isClosed() {
    return gate instanceof Gate.Open;
  }

  Picture picture() {
    synchronized (lock) {
      long now = nanoTime.getAsLong();
      giveUpLateProbe(now);
      return new Picture(
          state,
          opened,
          rejected.sum(),
          probes,
          lostProbes,
          failures,
          window.calls(now),
          window.failures(now),
          openSince,
          lastChange,
          new ArrayList<>(history));
    }
  }

  /** Why it is open, and what failed last; empty while it is closed. */
  String reason() {
    Why why;
    synchronized (lock) {
      giveUpLateProbe(nanoTime.getAsLong());
      if (state == State.CLOSED) {
        return "";
      }
      why = why();
    }
    return why.toString();
  }

  /** The next call is the probe. */
  private void giveBack(long now) {
    if (state == State.HALF_OPEN) {
      probing = false;
      gate = new Gate.Shut(false, now, why());
    }
  }

  private void answered(long now) {
    lastAnswer = now;
    failedInARow = 0;
    if (state == State.CLOSED) {
      window.add(now, false);
    } else {
      close();
    }
  }

  private void failed(Permit permit, long now, @Nullable Throwable failure) {
    failures++;
    lastFailure = failure;
    if (state == State.HALF_OPEN) {
      open(now);
      return;
    }
    window.add(now, true);
    if (failedInARow == 0) {
      rowBegan = permit.begun() - lastAnswer > 0 ? permit.begun() : lastAnswer;
    }
    failedInARow++;
    if (isSilent(now)) {
      reason = failedInARow + " calls failed and none was answered for " + settings.silence();
    } else if (isBad(now)) {
      reason =
          window.failures(now)
              + " of "
              + window.calls(now)
              + " calls failed within "
              + settings.window();
    } else {
      return;
    }
    openSince = clock.instant();
    opened++;
    open(now);
  }

  /**
   * Where many calls were answered before, it would take most of the window until most of its calls
   * failed. That nothing at all is answered any more is seen sooner.
   */
  private boolean isSilent(long now) {
    return failedInARow >= settings.minimumCalls() && now - rowBegan >= silenceNanos;
  }

  private boolean isBad(long now) {
    long calls = window.calls(now);
    return calls >= settings.minimumCalls()
        && window.failures(now) * 100 >= calls * settings.failureRate();
  }

  private void giveUpLateProbe(long now) {
    if (state == State.HALF_OPEN && probing && now - probeUntil >= 0) {
      lostProbes++;
      open(probeUntil);
    }
  }

  private void open(long now) {
    openUntil = now + openNanos;
    become(State.OPEN);
  }

  private void close() {
    window.forget();
    openSince = null;
    lastFailure = null;
    become(State.CLOSED);
  }

  private void become(State next) {
    Instant at = clock.instant();
    lastChange = at;
    if (state == State.HALF_OPEN && next == State.OPEN) {
      countFailedProbe();
    } else {
      note(new Transition(state, next, at, 0));
    }
    state = next;
    probing = false;
    number++;
    gate = next == State.CLOSED ? new Gate.Open(number) : new Gate.Shut(false, openUntil, why());
  }

  /** Its beginning is counted up in place of a change to and fro, of which there may be many. */
  private void countFailedProbe() {
    history.removeLast(); // that it was let through
    history.addLast(history.removeLast().withFailedProbe());
  }

  private void note(Transition change) {
    if (history.size() == REMEMBERED) {
      history.removeFirst();
    }
    history.addLast(change);
  }

  private Why why() {
    return new Why(openSince, reason, lastFailure);
  }

  /** Why it is open; as a string, sentences with a space behind them. */
  private record Why(@Nullable Instant openSince, String reason, @Nullable Throwable lastFailure) {

    @Override
    public String toString() {
      return openSince == null
          ? ""
          : "Open since "
              + openSince.truncatedTo(ChronoUnit.MILLIS)
              + ": "
              + reason
              + ", the last with: "
              + messageOf(lastFailure)
              + " ";
    }
  }

  /** One message, one code. */
  private static String messageOf(@Nullable Throwable failure) {
    if (failure == null) {
      return "(nothing)";
    }
    String message = String.valueOf(failure.getMessage());
    return failure instanceof ZealException error
        ? message.replace(" " + error.code(), "")
        : message;
  }
}
