package io.zeal.pubsub.spi;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a {@link Consumption} that run handlers: as many as there are messages ready, up
 * to {@code concurrency}. Each goes on with the next message that is ready, and ends if there is
 * none. In the end, those that do not come to an end by themselves are interrupted.
 */
final class Workers {

  private final int concurrency;
  private final Executor executor;
  private final ConsumptionLock lock;
  private final Claims claims;
  private final Handling handling;
  private final Recorder recorder;

  // Guarded by lock.
  private final Set<Held> running = new LinkedHashSet<>();
  private int workers;

  Workers(
      int concurrency,
      Executor executor,
      ConsumptionLock lock,
      Claims claims,
      Handling handling,
      Recorder recorder) {
    this.concurrency = concurrency;
    this.executor = executor;
    this.lock = lock;
    this.claims = claims;
    this.handling = handling;
    this.recorder = recorder;
  }

  /** Lets somebody handle what is ready. Holds the lock. */
  void hire() {
    while (claims.lanes.isReady()
        && workers < concurrency
        && !claims.isEnding()
        && !lock.interrupted) {
      Held held = Objects.requireNonNull(claims.lanes.poll());
      workers++;
      running.add(held);
      lock.startLater(executor, () -> work(held), () -> notHired(held));
    }
  }

  /** Nothing behind it is handed out any more; the end sends what is given back. Holds the lock. */
  private void notHired(Held held) {
    workers--;
    running.remove(held);
    claims.answers.add(new Answer(held, new Settlement.Release(held.claimed)));
  }

  private void work(Held first) {
    boolean through = false;
    try {
      for (Held held = first; held != null; held = next()) {
        workOn(held);
      }
      through = true;
    } finally {
      if (!through) {
        replaceWorker();
      }
    }
  }

  private void workOn(Held held) {
    Answer answer = null;
    boolean through = false;
    try {
      answer = handling.answerOrRetry(held);
      through = true;
    } finally {
      lock.lock();
      try {
        running.remove(held);
        held.thread = null;
        Thread.interrupted(); // closing alone interrupts, and its interrupt ends here
        give(held, answer);
      } finally {
        lock.unlock();
      }
      if (!through) { // the backend has it as one that is handled
        claims.lose(held.tenure, "a delivery came to no end");
      }
    }
  }

  /** Passes an answer on to be recorded, if it still counts. Holds the lock. */
  private void give(Held held, @Nullable Answer answer) {
    if (answer == null || held.tenure.lost || held.cutOff) {
      claims.forget(held, false);
    } else {
      recorder.add(answer);
    }
  }

  private void replaceWorker() {
    lock.lock();
    try {
      workers--;
      hire();
      lock.changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Held next() {
    lock.lock();
    try {
      Held next = claims.isEnding() || lock.interrupted ? null : claims.lanes.poll();
      if (next == null) {
        workers--;
      } else {
        running.add(next);
      }
      lock.changed.signalAll();
      return next;
    } finally {
      lock.unlock();
    }
  }

  // The end

  /** Whether a thread is one of those that handle. Holds the lock. */
  boolean isHandler(Thread thread) {
    return running.stream().anyMatch(held -> thread.equals(held.thread));
  }

  /** Gives up a handler that cannot be waited for, since it is itself who waits. */
  void giveUp(Thread thread) {
    lock.lock();
    try {
      for (Held held : List.copyOf(running)) {
        if (thread.equals(held.thread)) {
          held.cutOff = true;
          running.remove(held); // whoever waits for the handlers does not wait for this one
          lock.changed.signalAll();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until no handler runs any more; false if one outlives the close timeout. */
  boolean awaitHandlers() {
    lock.lock();
    try {
      long leftNanos = claims.leftNanos();
      while (!running.isEmpty() && leftNanos > 0) {
        var _ = ConsumptionLock.await(lock.changed, leftNanos); // ends anyway
        leftNanos = claims.leftNanos();
      }
      return running.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Interrupts the handlers that run, whose answers count no more. */
  void cutOff() {
    lock.lock();
    try {
      for (Held held : running) {
        held.cutOff = true;
        if (held.thread != null) {
          held.thread.interrupt();
        }
      }
      lock.retry.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
