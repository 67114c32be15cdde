package io.zeal.pubsub.spi;

import io.zeal.ZealClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Has the answers of a {@link Consumption} recorded: all that have come together while its last
 * trip was under way go with the next one. Its thread begins with an answer, and ends when there is
 * none.
 *
 * <p>Answers that failed are put back and tried again, in front of those that came meanwhile. Where
 * the backend refuses some of them only, others that come do not wait with them. Behind the close
 * timeout each answer gets one more attempt, and is given up then.
 */
final class Recorder {

  private final Executor trips;
  private final ConsumptionLock lock;
  private final ConsumptionLog log;
  private final Claims claims;

  // Guarded by lock.
  private boolean recording;
  private boolean refused; // some answers, when answers were sent last
  private boolean partly; // it waits with answers that failed

  Recorder(Executor trips, ConsumptionLock lock, ConsumptionLog log, Claims claims) {
    this.trips = trips;
    this.lock = lock;
    this.log = log;
    this.claims = claims;
  }

  /** An answer that still counts. Holds the lock. */
  void add(Answer answer) {
    claims.answers.add(answer);
    record();
  }

  /** Gives back what no handler has begun with. */
  void release() {
    lock.lock();
    try {
      for (Held held : claims.lanes.drain()) {
        claims.answers.add(new Answer(held, new Settlement.Release(held.claimed)));
      }
      record();
    } finally {
      lock.unlock();
    }
  }

  /** Ends: each attempt has a deadline of its own, and behind the timeout there is one more. */
  void awaitAnswers() {
    boolean waiting = true;
    while (waiting) {
      lock.lock();
      try {
        record(); // also if a recorder failed
        if (!lock.isToStart()) {
          waiting = recording || !claims.answers.isEmpty();
          if (waiting) {
            lock.changed.awaitUninterruptibly();
          }
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Holds the lock. */
  private void record() {
    if (partly) {
      lock.retry.signalAll();
    }
    if (!recording && !claims.answers.isEmpty()) {
      recording = true;
      lock.startLater(trips, this::recordAll, this::notRecorded);
    }
  }

  /** There are no threads any more: the instance has ended. Holds the lock. */
  private void notRecorded() {
    recording = false;
    List<Answer> unsent = List.copyOf(claims.answers);
    claims.answers.clear();
    unsent.forEach(answer -> claims.drop(answer.held()));
  }

  private void recordAll() {
    Backoff backoff = Backoff.ofTrips();
    try {
      for (List<Answer> some = nextAnswers(); !some.isEmpty(); some = nextAnswers()) {
        send(some, backoff);
      }
    } catch (RuntimeException | Error e) { // nothing that is foreseen
      stopRecording();
      claims.endByItself("recording answers failed for good", e);
    }
  }

  /** All there are; none ends the recorder. They are of one tenure: those of others are lost. */
  private List<Answer> nextAnswers() {
    lock.lock();
    try {
      List<Answer> all = List.copyOf(claims.answers);
      claims.answers.clear();
      recording = !all.isEmpty();
      lock.changed.signalAll();
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** The next answer that comes has another recorder. */
  private void stopRecording() {
    lock.lock();
    try {
      recording = false;
      lock.changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void send(List<Answer> some, Backoff backoff) {
    Tenure under = some.getFirst().held().tenure;
    try {
      recorded(some, settle(under, some));
      backoff.reset();
    } catch (PartlySettledException e) {
      List<Answer> failed = recordedPartly(some, e);
      if (claims.isPastTheEnd()) {
        abandon(failed);
      } else {
        putBack(failed);
        awaitMoreAnswers(failed.size(), backoff.nextNanos());
      }
    } catch (LostMembershipException e) {
      putBack(some);
      claims.lose(under, e.getMessage());
    } catch (ZealClosedException e) {
      abandon(some);
    } catch (RuntimeException | Error e) {
      log.trouble("recording answers", e);
      if (claims.isPastTheEnd()) {
        abandon(some);
      } else {
        putBack(some);
        lock.awaitRetry(backoff.nextNanos());
      }
    }
  }

  /** Says of each answer whether it stood; nothing is noted yet. */
  private static List<Boolean> settle(Tenure under, List<Answer> some) {
    List<Boolean> stood = under.membership.settle(some.stream().map(Answer::settlement).toList());
    if (stood.size() != some.size()) {
      throw new IllegalStateException(
          some.size() + " answers were sent, and " + stood.size() + " are answered");
    }
    return stood;
  }

  private void recorded(List<Answer> some, List<Boolean> stood) {
    lock.lock();
    try {
      refused = false;
      for (int i = 0; i < some.size(); i++) {
        claims.forget(some.get(i).held(), stood.get(i));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Those that have to be tried again. */
  private List<Answer> recordedPartly(List<Answer> some, PartlySettledException error) {
    List<@Nullable Boolean> stood = error.stood();
    List<Answer> failed = new ArrayList<>();
    boolean first;
    lock.lock();
    try {
      first = !refused;
      refused = true;
      for (int i = 0; i < some.size(); i++) {
        Boolean one = stood.get(i);
        if (one == null) {
          failed.add(some.get(i));
        } else {
          claims.forget(some.get(i).held(), one);
        }
      }
    } finally {
      lock.unlock();
    }
    if (first) {
      log.answersRefused(error.getCause());
    }
    return failed;
  }

  private void putBack(List<Answer> some) {
    lock.lock();
    try {
      for (Answer answer : some.reversed()) {
        if (answer.held().tenure.lost) {
          claims.forget(answer.held(), false);
        } else {
          claims.answers.addFirst(answer);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void abandon(List<Answer> some) {
    lock.lock();
    try {
      some.forEach(answer -> claims.forget(answer.held(), false));
    } finally {
      lock.unlock();
    }
  }

  /** Waits before answers that failed are tried again; others that come do not wait with them. */
  private void awaitMoreAnswers(int failed, long nanos) {
    lock.lock();
    try {
      partly = claims.answers.size() <= failed;
      if (partly) {
        var _ = ConsumptionLock.await(lock.retry, nanos);
      }
      partly = false;
    } finally {
      lock.unlock();
    }
  }
}
