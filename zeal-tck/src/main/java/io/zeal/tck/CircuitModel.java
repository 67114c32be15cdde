package io.zeal.tck;

import java.util.ArrayList;
import java.util.List;

/**
 * What {@code docs/contract/resilience.md} says of a circuit, B1 to B3, in the plainest form: every
 * call that ended is kept and counted anew each time.
 */
final class CircuitModel {

  /** How a call ended. */
  enum End {
    ANSWERED,
    FAILED,
    NOTHING
  }

  /** The numbers of {@code stats()}. */
  static final int CLOSED = 0;

  static final int HALF_OPEN = 1;
  static final int OPEN = 2;

  /** A call that was let through: when, and in which era. */
  record Let(long begun, int era) {}

  private record Ended(long at, boolean failed) {}

  private final long origin;
  private final long window;
  private final int failureRate;
  private final int minimumCalls;
  private final long silence;
  private final long openFor;
  private final long probeTimeout;

  private int state = CLOSED;
  private int era;
  private List<Ended> ended = new ArrayList<>();
  private int inARow;
  private long rowBegan;
  private long lastAnswer;
  private long openUntil;
  private boolean probing;
  private long probeUntil;

  CircuitModel(
      long now,
      long window,
      int failureRate,
      int minimumCalls,
      long silence,
      long openFor,
      long probeTimeout) {
    this.origin = now;
    this.window = window;
    this.failureRate = failureRate;
    this.minimumCalls = minimumCalls;
    this.silence = silence;
    this.openFor = openFor;
    this.probeTimeout = probeTimeout;
    this.lastAnswer = now;
  }

  int state(long now) {
    probeMayBeLate(now);
    return state;
  }

  /** A call begins; null if it is refused. */
  @org.jspecify.annotations.Nullable
  Let begin(long now) {
    probeMayBeLate(now);
    if (state == OPEN && now >= openUntil) {
      move(HALF_OPEN);
    }
    if (state == CLOSED) {
      return new Let(now, era);
    }
    if (state == OPEN || probing) {
      return null;
    }
    probing = true;
    probeUntil = now + probeTimeout;
    era++; // B3.5: what an earlier probe says later is of another time
    return new Let(now, era);
  }

  void end(Let call, End end, long now) {
    probeMayBeLate(now);
    if (call.era() != era) {
      return; // B2.3
    }
    if (state == HALF_OPEN) {
      switch (end) {
        case ANSWERED -> close(now);
        case FAILED -> open(now);
        case NOTHING -> probing = false;
      }
    } else if (end == End.ANSWERED) {
      lastAnswer = now;
      inARow = 0;
      ended.add(new Ended(now, false));
    } else if (end == End.FAILED) {
      failed(call, now);
    }
  }

  private void failed(Let call, long now) {
    if (inARow++ == 0) {
      rowBegan = Math.max(call.begun(), lastAnswer);
    }
    ended.add(new Ended(now, true));
    long part = Math.max(1, window / 10);
    List<Ended> counted =
        ended.stream()
            .filter(call1 -> (call1.at() - origin) / part > (now - origin) / part - 10)
            .toList();
    long failures = counted.stream().filter(Ended::failed).count();
    boolean bad =
        counted.size() >= minimumCalls && failures * 100 >= (long) counted.size() * failureRate;
    boolean silent = inARow >= minimumCalls && now - rowBegan >= silence;
    if (bad || silent) {
      open(now);
    }
  }

  private void probeMayBeLate(long now) {
    if (state == HALF_OPEN && probing && now >= probeUntil) {
      open(probeUntil);
    }
  }

  private void open(long at) {
    openUntil = at + openFor;
    move(OPEN);
  }

  private void close(long now) {
    ended = new ArrayList<>();
    inARow = 0;
    lastAnswer = now;
    move(CLOSED);
  }

  private void move(int next) {
    state = next;
    probing = false;
    era++;
  }
}
