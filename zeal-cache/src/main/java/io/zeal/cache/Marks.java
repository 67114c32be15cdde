package io.zeal.cache;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows that count the changes of this instance, one for each bucket of rows it changed: so it
 * notices that its own changes were lost however many others made since, and in whichever bucket,
 * for on a cluster each node goes back by itself.
 *
 * <p>A mark has a random name and expires {@link #LIFE} after it was made, so that instances that
 * come and go leave nothing behind; well before that an instance begins others, and forgets what it
 * counted in the old ones.
 */
@SuppressWarnings("ReferenceEquality") // names are those in use, or are not
final class Marks {

  /** How long a mark is kept. */
  static final Duration LIFE = Duration.ofDays(3);

  /** How long it is used. */
  private static final long USE_MILLIS = Duration.ofDays(1).toMillis();

  private static final int MOST_TRIES = 1_000_000;

  /** Names that begin together, and the mark in each bucket. */
  private record Names(String begin, long untilMillis, ConcurrentHashMap<Integer, String> marks) {}

  /** What this instance counted up to, under one epoch and with one set of names. */
  private record Counted(long epoch, Names names, ConcurrentHashMap<String, Long> counts) {}

  private final EntryRows rows;
  private final InstantSource clock;
  private volatile Names names;
  private volatile @Nullable Counted counted; // replaced under this

  Marks(EntryRows rows, InstantSource clock) {
    this.rows = rows;
    this.clock = clock;
    this.names = newNames();
  }

  private Names newNames() {
    String begin = Long.toString(LocalNumbers.randomEpoch(), Character.MAX_RADIX);
    return new Names(begin, clock.millis() + USE_MILLIS, new ConcurrentHashMap<>());
  }

  private Names names() {
    Names now = names;
    if (clock.millis() >= now.untilMillis) {
      now = newNames();
      names = now;
    }
    return now;
  }

  /** The mark in the same bucket as a row. */
  String of(String rowKey) {
    return of(rowKey, names());
  }

  private String of(String rowKey, Names names) {
    return names.marks.computeIfAbsent(rows.bucketOf(rowKey), it -> find(it, names.begin));
  }

  private String find(int bucket, String begin) {
    for (int i = 0; i < MOST_TRIES; i++) {
      String mark = Keys.mark(begin + "." + i);
      if (rows.bucketOf(mark) == bucket) {
        return mark;
      }
    }
    throw new IllegalStateException("no key is in bucket " + bucket);
  }

  /** What marks beside these rows have to say at least, where this instance changed any. */
  Map<String, Long> expected(long epoch, Collection<String> rowKeys) {
    Counted known = counted;
    if (known == null || known.epoch != epoch || known.names != names()) {
      return Map.of();
    }
    Map<String, Long> expected = new HashMap<>();
    for (String rowKey : rowKeys) {
      String mark = of(rowKey, known.names);
      Long count = known.counts.get(mark);
      if (count != null) {
        expected.put(mark, count);
      }
    }
    return expected;
  }

  /** Remembers what a mark says after a change under the epoch, which is the current one. */
  void note(long epoch, String mark, long count) {
    Counted known = counted;
    Names now = names();
    if (known == null || known.epoch != epoch || known.names != now) {
      synchronized (this) {
        known = counted;
        if (known == null || known.epoch != epoch || known.names != now) {
          known = new Counted(epoch, now, new ConcurrentHashMap<>());
          counted = known;
        }
      }
    }
    known.counts.merge(mark, count, Math::max);
  }

  /** How many rows they are. */
  int count() {
    Counted known = counted;
    return known == null ? 0 : known.counts.size();
  }
}
