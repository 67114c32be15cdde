package io.zeal.redis;

import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A picture of the topology that somebody else can change: asked for once by whoever needs it
 * first, then kept until it is in doubt. While it is in doubt, it is asked for again at most every
 * {@link #SHORTEST_PAUSE}, by one caller at a time; the others go on with the old picture, which is
 * still right for most of them. Whoever was misled by it waits for the new one: {@link #fresh}.
 *
 * @param <T> the picture
 */
final class Lookup<T> {

  /** Asks the servers. */
  interface Question<T> {
    T ask(long deadline) throws LinkException;
  }

  private static final long SHORTEST_PAUSE = Duration.ofMillis(50).toNanos();

  private final Question<T> question;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable T known;
  private final AtomicLong doubts = new AtomicLong();

  /** The number of the last doubt that the picture is younger than; written with the lock held. */
  private volatile long settled;

  private long askedAt; // guarded by lock

  Lookup(Question<T> question) {
    this.question = question;
  }

  /** The picture as it is, in doubt or not; null if there is none yet. */
  @Nullable T known() {
    return known;
  }

  /**
   * The picture, asked for again if it is in doubt and nobody else does so already.
   *
   * @throws LinkException if there is none yet and nobody answered
   */
  T get(long deadline) throws LinkException {
    T current = known;
    if (current == null) {
      return fresh(deadline);
    }
    if (!isDoubtful() || !lock.tryLock()) {
      return current;
    }
    try {
      return ask(deadline);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The picture, waited for if it is in doubt; the old one if nobody answered.
   *
   * @throws LinkException if there is none yet and nobody answered
   */
  T fresh(long deadline) throws LinkException {
    T current = known;
    if (current != null && !isDoubtful()) {
      return current;
    }
    try {
      if (!lock.tryLock(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        return orThrow(
            known,
            new LinkException(Kind.CONNECT_TIMEOUT, "the topology was not known in time", null));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return orThrow(
          known,
          new LinkException(Kind.INTERRUPTED, "interrupted while the topology was asked for", e));
    }
    try {
      return ask(deadline);
    } finally {
      lock.unlock();
    }
  }

  /** Called with the lock held. */
  private T ask(long deadline) throws LinkException {
    T current = known;
    boolean justAsked = current != null && System.nanoTime() - askedAt < SHORTEST_PAUSE;
    if (current != null && (!isDoubtful() || justAsked)) {
      return current;
    }
    // A doubt that comes while the servers are asked may be about what they answered already.
    long before = doubts.get();
    try {
      T fresh = question.ask(deadline);
      known = fresh;
      settled = before;
      return fresh;
    } catch (LinkException e) {
      return orThrow(current, e);
    } finally {
      askedAt = System.nanoTime();
    }
  }

  /**
   * When one of several that may be asked has to have answered, so that one that is silent leaves
   * time for the others.
   *
   * @param left how many have not been asked yet, this one among them
   */
  static long turn(long deadline, int left) {
    long now = System.nanoTime();
    return now + (deadline - now) / left;
  }

  private static <T> T orThrow(@Nullable T known, LinkException e) throws LinkException {
    if (known == null) {
      throw e;
    }
    return known;
  }

  /** The picture may be out of date. */
  void doubt() {
    doubts.incrementAndGet();
  }

  private boolean isDoubtful() {
    return doubts.get() != settled;
  }
}
