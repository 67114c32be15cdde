package io.zeal.pubsub.spi;

import io.zeal.ConsumeOptions;
import io.zeal.ZealClosedException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a {@link Consumption} that takes messages while there is room for them, and joins
 * anew when the membership was lost.
 *
 * <p>Never are more than {@code prefetch + concurrency} messages claimed, counted until their
 * answer is recorded: what others may have to take over is bounded.
 */
final class Taker {

  /** At most so long a {@code take} waits: it is asked for what is due again in between. */
  private static final Duration LONGEST_TAKE = Duration.ofSeconds(5);

  private final ConsumeOptions options;
  private final Supplier<Membership> join;
  private final ConsumptionLock lock;
  private final ConsumptionLog log;
  private final Claims claims;
  private final int limit;

  Taker(
      ConsumeOptions options,
      Supplier<Membership> join,
      ConsumptionLock lock,
      ConsumptionLog log,
      Claims claims) {
    this.options = options;
    this.join = join;
    this.lock = lock;
    this.log = log;
    this.claims = claims;
    this.limit =
        (int) Math.min(Integer.MAX_VALUE, (long) options.prefetch() + options.concurrency());
  }

  /** Takes until the consumption ends, or there are no threads for it any more. */
  void takeAll() {
    Backoff backoff = Backoff.ofTrips();
    while (!isEnding()) {
      try {
        takeSome();
        backoff.reset();
      } catch (LostMembershipException e) {
        claims.lose(claims.tenure(), e.getMessage());
      } catch (ZealClosedException e) {
        claims.endByItself("its backend is closed", e);
      } catch (RuntimeException | Error e) {
        log.trouble("taking messages", e);
        lock.awaitRetryOrInterrupt(backoff.nextNanos());
      }
    }
    claims.endByItself("there are no threads for it any more", threadless());
  }

  private boolean isEnding() {
    lock.lock();
    try {
      lock.interrupted |= Thread.interrupted(); // in a take
      return claims.isEnding() || lock.interrupted;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Throwable threadless() {
    lock.lock();
    try {
      return lock.threadless;
    } finally {
      lock.unlock();
    }
  }

  private void takeSome() {
    if (claims.tenure().lost) {
      rejoin();
    }
    Tenure now = claims.tenure(); // only this thread changes it
    int room = awaitRoom(now);
    if (room == 0) {
      return; // lost or ending
    }
    List<Claimed> taken = now.membership.take(room, longestWait());
    lock.lock();
    try {
      log.troubleIsOver();
      claims.add(taken, now);
    } finally {
      lock.unlock();
    }
  }

  private void rejoin() {
    claims.tenure().closeQuietly();
    claims.renew(Tenure.join(join, lock::nanoTime));
  }

  /**
   * Room for how many there is; 0 if there is something else to do. Waits until a good part of them
   * fits, or nobody has anything to do: many small trips would cost more than they bring.
   */
  private int awaitRoom(Tenure now) {
    lock.lock();
    try {
      while (!claims.isEnding() && !lock.interrupted && !now.lost) {
        int room = limit - now.held;
        if (room > 0 && (room >= options.prefetch() / 2 || !claims.lanes.isReady())) {
          return room;
        }
        lock.changed.awaitUninterruptibly();
      }
      return 0;
    } finally {
      lock.unlock();
    }
  }

  /** After trouble none, so that it is soon seen to be over. */
  private Duration longestWait() {
    if (!claims.isActive()) {
      return Duration.ZERO;
    }
    Duration third = options.claimAfter().dividedBy(3);
    return third.compareTo(LONGEST_TAKE) < 0 ? third : LONGEST_TAKE;
  }
}
