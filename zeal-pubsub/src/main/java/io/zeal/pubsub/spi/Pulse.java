package io.zeal.pubsub.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a {@link Consumption} that says that its consumer lives: three times per {@code
 * claimAfter}, from the last beat that was heard. Where none was heard for all that time it takes
 * the membership for lost without asking the backend.
 */
final class Pulse {

  private final Duration claimAfter;
  private final ConsumptionLock lock;
  private final ConsumptionLog log;
  private final Claims claims;

  // Guarded by lock.
  private boolean beating;
  private boolean left;

  Pulse(Duration claimAfter, ConsumptionLock lock, ConsumptionLog log, Claims claims) {
    this.claimAfter = claimAfter;
    this.lock = lock;
    this.log = log;
    this.claims = claims;
  }

  /** Beats until it is {@linkplain #stop stopped}. */
  void beatAll() {
    Backoff backoff = Backoff.ofTrips();
    try {
      long pauseNanos = 0;
      for (Tenure now = awaitPulse(0); now != null; now = awaitPulse(pauseNanos)) {
        pauseNanos = beat(now, backoff);
      }
    } catch (RuntimeException | Error e) { // nothing that is foreseen
      claims.endByItself("it cannot say any more that it lives", e);
    } finally {
      stopBeat();
    }
  }

  /**
   * The membership to beat for, when that is due: a third of {@code claimAfter} after the last beat
   * that was heard, and not before a pause has passed; null in the end.
   */
  private @Nullable Tenure awaitPulse(long pauseNanos) {
    lock.lock();
    try {
      beating = false;
      lock.changed.signalAll();
      long sinceNanos = lock.nanoTime();
      long beatNanos = Nanos.of(claimAfter.dividedBy(3));
      while (!left) {
        Tenure tenure = claims.tenure();
        if (tenure.lost) {
          lock.pulse.awaitUninterruptibly(); // until the taker has joined anew
          continue;
        }
        long now = lock.nanoTime();
        long leftNanos =
            Math.max(beatNanos - (now - tenure.heardNanos), pauseNanos - (now - sinceNanos));
        if (leftNanos <= 0) {
          beating = true;
          return tenure;
        }
        if (!ConsumptionLock.await(lock.pulse, leftNanos)) {
          lock.interrupted = true; // nobody else interrupts the pulse
          lock.changed.signalAll();
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** How long to wait at least before the next. */
  private long beat(Tenure now, Backoff backoff) {
    if (claims.loseIfSilent(now)) {
      return 0;
    }
    long beganNanos = lock.nanoTime();
    try {
      now.membership.beat();
      heard(now, beganNanos);
      backoff.reset();
    } catch (LostMembershipException e) {
      claims.lose(now, e.getMessage());
    } catch (RuntimeException | Error e) {
      log.trouble("saying that this consumer lives", e);
      return backoff.nextNanos();
    }
    return 0;
  }

  private void heard(Tenure now, long beganNanos) {
    lock.lock();
    try {
      now.heardNanos = beganNanos;
      log.troubleIsOver();
    } finally {
      lock.unlock();
    }
  }

  private void stopBeat() {
    lock.lock();
    try {
      beating = false;
      lock.changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends it, for good; returns when no beat is under way. */
  void stop() {
    lock.lock();
    try {
      left = true;
      lock.pulse.signalAll();
      while (beating) {
        lock.changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
