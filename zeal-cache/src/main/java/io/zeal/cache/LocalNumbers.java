package io.zeal.cache;

import java.security.SecureRandom;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Epoch, number and stamps of a cache that this instance alone has. They are in the heap and are
 * never lost while it lives, so a tag without a stamp was never invalidated. What outlives the
 * instance is the file tier's to remember.
 */
final class LocalNumbers {

  /** From here on stamps are dropped together: {@link #floor}. */
  private static final int MOST_STAMPS = 100_000;

  /** More numbers than can be under way at once. */
  private static final long RESTART_GAP = 1L << 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final AtomicLong number = new AtomicLong();
  private final ConcurrentHashMap<TagHash, Long> stamps = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock(); // held while a stamp is noted
  private volatile long epoch = RANDOM.nextLong();

  /** Tagged entries from before this number are invalid, whatever their tags. */
  private volatile long floor;

  /** What a look at a key sees now. */
  Ticket ticket() {
    // The epoch first: a number of later than the epoch only makes an entry invalid.
    long now = epoch;
    return new Ticket(now, number.get(), Ticket.NOTHING);
  }

  boolean isValid(Entry entry) {
    return isValid(entry.epoch(), entry.number(), entry.tags());
  }

  /** Whether a value with these tags is valid whose load began under these numbers. */
  boolean isValid(long ofEpoch, long ofNumber, Collection<TagHash> tags) {
    if (ofEpoch != epoch) {
      return false;
    }
    if (tags.isEmpty()) {
      return true;
    }
    for (TagHash tag : tags) {
      Long stamp = stamps.get(tag);
      if (stamp != null && stamp > ofNumber) {
        return false;
      }
    }
    // Asked last: stamps are dropped after the floor is raised.
    return ofNumber >= floor;
  }

  /** A number greater than any before. */
  long next() {
    return number.incrementAndGet();
  }

  /** Invalidates what has the tag and a number below {@code stamp}, one of {@link #next}. */
  void stamp(TagHash tag, long stamp) {
    lock.lock();
    try {
      if (stamps.size() >= MOST_STAMPS) {
        // Every stamp that was taken is at most this; those not noted yet wait for the lock.
        raise(number.get());
      }
      stamps.merge(tag, stamp, Math::max);
    } finally {
      lock.unlock();
    }
  }

  /** Makes tagged entries from before {@code least} invalid, and forgets all stamps. */
  void raiseFloor(long least) {
    lock.lock();
    try {
      raise(least);
    } finally {
      lock.unlock();
    }
  }

  private void raise(long least) {
    floor = Math.max(floor, least);
    stamps.values().removeIf(stamp -> stamp <= least);
  }

  static long randomEpoch() {
    return RANDOM.nextLong();
  }

  long epoch() {
    return epoch;
  }

  void epoch(long next) {
    epoch = next;
  }

  long number() {
    return number.get();
  }

  /**
   * Takes up another life of this cache. Its last numbers may have been given to entries and not
   * been remembered, so this one goes on far behind them.
   */
  void restore(long restored, long highest) {
    epoch = restored;
    number.accumulateAndGet(highest + RESTART_GAP, Math::max);
  }
}
