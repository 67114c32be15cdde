package io.zeal.tiered;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads of which one runs at a time, chosen by a seed, over a clock that only they move. A thread
 * goes on until it {@linkplain #step steps} or sleeps; what runs next is drawn. The same seed gives
 * the same run.
 */
final class Fibers {

  /** Ends a thread when the run is over. */
  private static final class Stopped extends Error {
    private static final long serialVersionUID = 1L;

    Stopped() {
      super("stopped", null, false, false);
    }
  }

  /** One thread of a run. */
  final class Fiber {

    private final Thread thread;
    private long wakeNanos;

    /** How often it asked the server; for whoever wants to know whether a read did. */
    int farReads;

    /** Which keys it asked the server for; whoever wants to know empties it before. */
    final Set<String> farKeys = new HashSet<>();

    /** What its last step made the newest. */
    long lastOrder;

    private long order;

    private Fiber(String name, Runnable body) {
      this.thread = Thread.ofVirtual().name(name).unstarted(() -> run(body));
    }

    private Fiber(Thread thread) {
      this.thread = thread;
    }

    private void run(Runnable body) {
      awaitTurn(this);
      try {
        if (!stopped) {
          body.run();
        }
      } catch (Stopped e) {
        // as it should
      } catch (Throwable e) {
        fail(e);
      }
      running.remove(this);
      hand(stopped || running.isEmpty() ? main : next());
    }
  }

  private final Random random;
  private final double switching;
  private final double pausing;
  private final long longestPauseNanos;
  private final Fiber main = new Fiber(Thread.currentThread());
  private final List<Fiber> running = new ArrayList<>(); // that have not ended
  private final List<Fiber> ready = new ArrayList<>();
  private final PriorityQueue<Fiber> sleeping =
      new PriorityQueue<>(
          Comparator.<Fiber>comparingLong(fiber -> fiber.wakeNanos)
              .thenComparingLong(fiber -> fiber.order));
  private volatile Fiber current = main;
  private volatile boolean stopped;
  private Throwable failure;
  private long now = 1_000_000_000L;
  private long orders;
  private long steps;
  private long switches;

  /**
   * @param switching how likely another thread goes on at a step
   * @param pausing how likely a thread is stopped at a step for up to {@code longestPauseNanos}
   */
  Fibers(Random random, double switching, double pausing, long longestPauseNanos) {
    this.random = random;
    this.switching = switching;
    this.pausing = pausing;
    this.longestPauseNanos = longestPauseNanos;
  }

  Random random() {
    return random;
  }

  long now() {
    return now;
  }

  long steps() {
    return steps;
  }

  long switches() {
    return switches;
  }

  Fiber current() {
    return current;
  }

  boolean chance(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  /** A number of nanoseconds up to {@code most}, small ones more often. */
  long some(long most) {
    double drawn = random.nextDouble();
    return (long) (drawn * drawn * drawn * most);
  }

  /** Adds a thread; it begins some time later. */
  Fiber start(String name, Runnable body) {
    Fiber fiber = new Fiber(name, body);
    running.add(fiber);
    ready.add(fiber);
    fiber.thread.start();
    return fiber;
  }

  /** Runs until {@link #stop} or until all have ended; throws what one of them threw. */
  void run() {
    hand(next());
    awaitTurn(main);
    stopped = true;
    while (!running.isEmpty()) {
      hand(running.getFirst());
      awaitTurn(main);
    }
    if (failure instanceof AssertionError e) {
      throw e;
    }
    if (failure != null) {
      throw new AssertionError("a thread of the run failed", failure);
    }
  }

  private void fail(Throwable e) {
    if (failure == null) {
      failure = e;
    }
    stopped = true;
  }

  /** Ends the run, from within a thread of it. */
  void stop() {
    stopped = true;
    throw new Stopped();
  }

  /** Here others may go on. */
  void step() {
    if (stopped) {
      return; // what is left of a thread ends without a detour
    }
    steps++;
    now += random.nextInt(2_000);
    if (pausing > 0 && random.nextDouble() < pausing) {
      sleep(some(longestPauseNanos));
    } else if (random.nextDouble() < switching) {
      ready.add(current);
      goOn(next());
    }
  }

  /** Others go on for that long at least. */
  void sleep(long nanos) {
    if (stopped) {
      return;
    }
    Fiber me = current;
    me.wakeNanos = now + nanos;
    me.order = orders++;
    sleeping.add(me);
    goOn(next());
  }

  /** Wakes a thread that sleeps, and no other. */
  void wake(Fiber fiber) {
    if (sleeping.remove(fiber)) {
      ready.add(fiber);
    }
  }

  private Fiber next() {
    while (!sleeping.isEmpty() && (ready.isEmpty() || sleeping.peek().wakeNanos <= now)) {
      Fiber first = sleeping.poll();
      now = Math.max(now, first.wakeNanos);
      ready.add(first);
    }
    int drawn = random.nextInt(ready.size());
    Fiber next = ready.get(drawn);
    Fiber last = ready.removeLast();
    if (last != next) {
      ready.set(drawn, last);
    }
    return next;
  }

  private void goOn(Fiber next) {
    Fiber me = current;
    if (next != me) {
      switches++;
      hand(next);
      awaitTurn(me);
      if (stopped) {
        throw new Stopped();
      }
    }
  }

  private void hand(Fiber next) {
    current = next;
    LockSupport.unpark(next.thread);
  }

  private void awaitTurn(Fiber me) {
    while (current != me) {
      LockSupport.park(this);
    }
  }
}
