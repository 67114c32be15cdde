package io.zeal.testkit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers from a seed, such that threads do not take them from each other.
 *
 * <p>There is no one sequence that callers draw from in the order in which they happen to come.
 * Each <em>stream</em> (an operation on a key of a store, the messages of a subscription) counts
 * its own calls, and the number of a call is a function of the seed, the stream and that count. So
 * the third {@code put} of a key meets the same fate in every run, whatever other threads do.
 */
final class Draws {

  /** What a number is for: one that is drawn for one purpose says nothing of another. */
  enum Purpose {
    FAULT(1),
    ARRIVAL(2),
    LATENCY(3);

    private final long salt;

    Purpose(long salt) {
      this.salt = salt;
    }
  }

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;
  private final Map<Long, AtomicLong> counts = new ConcurrentHashMap<>();

  Draws(long seed) {
    this.seed = seed;
  }

  long seed() {
    return seed;
  }

  /** The next call of a stream, from 0. */
  long next(long stream) {
    return counts.computeIfAbsent(stream, _ -> new AtomicLong()).getAndIncrement();
  }

  /** From 0 to less than 1. */
  double draw(long stream, long count, Purpose purpose) {
    long mixed = mix(seed + GOLDEN * purpose.salt);
    mixed = mix(mixed ^ stream);
    mixed = mix(mixed + GOLDEN * count);
    return (mixed >>> 11) * 0x1p-53;
  }

  /** The stream within {@code stream} that has a name; the same in every run. */
  static long stream(long stream, String name) {
    long hash = stream;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
    }
    return mix(hash + GOLDEN);
  }

  /** The finalizer of SplittableRandom (Stafford's variant 13). */
  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
