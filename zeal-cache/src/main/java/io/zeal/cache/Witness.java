package io.zeal.cache;

import io.zeal.cache.SharedNumbers.Control;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What this instance has seen of a cache's control row, so that it notices a server that went back:
 * one that restarted from a snapshot, or whose replica took over and had not heard of everything.
 *
 * <p>Under one epoch the count never falls, and an epoch that ended never returns. What a trip read
 * is compared with what was known before that trip began: of two trips at the same time either may
 * end first.
 *
 * <p>Safe for concurrent use; a trip that brings nothing new takes no lock.
 */
final class Witness {

  /** Beyond so many epochs the first ones are forgotten. */
  private static final int MOST_FORMER = 1_000;

  /** What to think of a control row. */
  enum Judgement {
    /** It is as it should be. */
    BELIEVED,
    /** The epoch changed while the trip was under way: ask again. */
    AGAIN,
    /** It was ahead of this, or in a later epoch. */
    GONE_BACK
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Long> former = new LinkedHashSet<>(); // guarded by lock
  private volatile @Nullable Control seen; // written under lock

  /** The latest that was seen; to be asked before a trip. */
  @Nullable Control seen() {
    return seen;
  }

  /** Judges and notes what a trip read that began when {@code before} was the latest. */
  Judgement judge(@Nullable Control before, Control now) {
    Control latest = seen;
    if (latest != null && latest.epoch() == now.epoch() && latest.count() >= now.count()) {
      return isBehind(now, before) ? Judgement.GONE_BACK : Judgement.BELIEVED;
    }
    lock.lock();
    try {
      return judgeAlone(before, now);
    } finally {
      lock.unlock();
    }
  }

  private Judgement judgeAlone(@Nullable Control before, Control now) {
    Control latest = seen;
    if (latest == null || latest.epoch() == now.epoch()) {
      if (isBehind(now, before)) {
        return Judgement.GONE_BACK;
      }
      if (latest == null || latest.count() < now.count()) {
        seen = now;
      }
      return Judgement.BELIEVED;
    }
    if (former.contains(now.epoch())) {
      return Judgement.GONE_BACK;
    }
    if (before == null || before.epoch() != latest.epoch()) {
      return Judgement.AGAIN; // which of the two is later cannot be told
    }
    former.add(latest.epoch());
    if (former.size() > MOST_FORMER) {
      Iterator<Long> first = former.iterator();
      first.next();
      first.remove();
    }
    seen = now;
    return Judgement.BELIEVED;
  }

  private static boolean isBehind(Control now, @Nullable Control before) {
    return before != null && before.epoch() == now.epoch() && now.count() < before.count();
  }
}
