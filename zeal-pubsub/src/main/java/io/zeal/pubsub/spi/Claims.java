package io.zeal.pubsub.spi;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Consumption} has claimed, from when it was taken until its answer is recorded or
 * the claim is lost; and whether it still claims anything, or is ending.
 *
 * <p>A claim is bound to the membership it was taken under ({@link Tenure}). Once that is lost (the
 * backend said so, or no beat succeeded for {@code claimAfter} by the clock here) no answer under
 * it is sent any more, whatever the backend would say: so a handler that was told that its claim is
 * gone can rely on that.
 *
 * <p>A claim that goes may make the next message of its key ready. Whoever hands out messages is
 * told so under the lock, by {@code hire}; beyond that the claims know none of the threads that
 * work on them.
 */
final class Claims {

  private final Consuming consuming;
  private final ConsumptionLock lock;
  private final ConsumptionLog log;
  private final Runnable hire;

  // All guarded by lock.

  /** The membership in force, or the last one; the taker alone changes it. */
  private Tenure tenure;

  /** Messages that wait for a handler. */
  final Lanes lanes;

  /** What was answered and is not under way to the backend; all of one tenure. */
  final ArrayDeque<Answer> answers = new ArrayDeque<>();

  private boolean ending;
  private long endNanos; // when handlers are given up
  private long gaps;
  private long lost;

  /**
   * Claims that are still to come.
   *
   * @param hire lets somebody handle what is ready; called with the lock held
   */
  Claims(
      Consuming consuming, ConsumptionLock lock, ConsumptionLog log, Tenure first, Runnable hire) {
    this.consuming = consuming;
    this.lock = lock;
    this.log = log;
    this.tenure = first;
    this.hire = hire;
    this.lanes = new Lanes(consuming.options().order());
  }

  /** Holds the lock, or is the taker. */
  Tenure tenure() {
    return tenure;
  }

  /** The taker has joined anew. */
  void renew(Tenure next) {
    lock.lock();
    try {
      tenure = next;
      lock.pulse.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Messages were taken. Holds the lock. */
  void add(List<Claimed> taken, Tenure under) {
    under.held += taken.size();
    for (Claimed claimed : taken) {
      add(new Held(claimed, under, consuming.stream(), this::stands));
    }
    hire.run();
  }

  private void add(Held held) {
    if (held.tenure.lost) {
      lost++;
    } else {
      lanes.add(held);
    }
  }

  /** A message is out of the way. Holds the lock. */
  void forget(Held held, boolean recorded) {
    if (recorded) {
      held.tenure.held--;
      lanes.done(held);
    } else {
      drop(held);
    }
    hire.run();
    lock.changed.signalAll();
  }

  /** A message whose claim ends without a recorded answer. Holds the lock. */
  void drop(Held held) {
    held.tenure.held--;
    lost++;
    lanes.done(held);
  }

  // Losing them

  /** Whether a claim stands, as far as is known here; false for good. */
  boolean stands(Held held) {
    if (!held.tenure.lost) {
      var _ = loseIfSilent(held.tenure);
    }
    return !held.tenure.lost && !held.cutOff;
  }

  /** True if no beat of a membership was heard for too long: it is lost then. */
  boolean loseIfSilent(Tenure now) {
    if (!isSilent(now)) {
      return false;
    }
    lose(now, "no sign of life reached the backend for " + consuming.options().claimAfter());
    return true;
  }

  private boolean isSilent(Tenure now) {
    lock.lock();
    try {
      return lock.nanoTime() - now.heardNanos >= Nanos.of(consuming.options().claimAfter());
    } finally {
      lock.unlock();
    }
  }

  /** Drops everything that was claimed under a membership but handlers that run. */
  void lose(Tenure gone, @Nullable String why) {
    lock.lock();
    try {
      if (gone.lost) {
        return;
      }
      gone.lost = true;
      gaps++;
      List<Held> waiting = lanes.drain();
      lost += waiting.size();
      List<Answer> unsent = List.copyOf(answers);
      answers.clear();
      unsent.forEach(answer -> forget(answer.held(), false));
      lock.changed.signalAll();
      lock.retry.signalAll();
    } finally {
      lock.unlock();
    }
    gone.stopTaking();
    log.lostClaims(why);
  }

  // The end

  /** Nothing more is claimed or handed out; false if somebody has ended it before. */
  boolean end() {
    Tenure now;
    lock.lock();
    try {
      if (ending) {
        return false;
      }
      ending = true;
      endNanos = lock.nanoTime() + Nanos.of(consuming.options().closeTimeout()); // may run over
      lock.changed.signalAll();
      lock.retry.signalAll();
      now = tenure;
    } finally {
      lock.unlock();
    }
    now.stopTaking();
    return true;
  }

  /** Nobody who uses it has closed it: says so in the log. */
  void endByItself(String why, @Nullable Throwable error) {
    if (end()) {
      log.endsByItself(why, error);
    }
  }

  /** Holds the lock. */
  boolean isEnding() {
    return ending;
  }

  /** How long handlers may still run, once it is ending. Holds the lock. */
  long leftNanos() {
    return endNanos - lock.nanoTime();
  }

  boolean isPastTheEnd() {
    lock.lock();
    try {
      return ending && lock.nanoTime() - endNanos >= 0;
    } finally {
      lock.unlock();
    }
  }

  boolean isActive() {
    lock.lock();
    try {
      return !ending && !log.isTroubled() && !tenure.lost;
    } finally {
      lock.unlock();
    }
  }

  /** How often a membership was lost. Holds the lock. */
  long gaps() {
    return gaps;
  }

  /** How many claims were lost. Holds the lock. */
  long lost() {
    return lost;
  }
}
