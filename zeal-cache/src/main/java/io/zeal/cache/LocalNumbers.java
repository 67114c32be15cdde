package io.zeal.cache;

import java.security.SecureRandom;
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
    if (entry.epoch() != epoch) {
      return false;
    }
    if (entry.tags().isEmpty()) {
      return true;
    }
    for (TagHash tag : entry.tags()) {
      Long stamp = stamps.get(tag);
      if (stamp != null && stamp > entry.number()) {
        return false;
      }
    }
    // Asked last: stamps are dropped after the floor is raised.
    return entry.number() >= floor;
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
        floor = number.get();
        stamps.clear();
      }
      stamps.merge(tag, stamp, Math::max);
    } finally {
      lock.unlock();
    }
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

  /** What was remembered from another life of this cache. */
  void restore(long restored, long numberThen) {
    epoch = restored;
    number.accumulateAndGet(numberThen, Math::max);
  }
}
