package io.zeal.cache;

import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.CodecException;
import io.zeal.ValueType;
import io.zeal.cache.Entry.Kind;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Between values of the application and entries: codecs, tags, lives. */
final class Values {

  private final Codecs codecs;
  private final EntryReader reader;
  private final InstantSource clock;

  Values(Codecs codecs, EntryReader reader, InstantSource clock) {
    this.codecs = codecs;
    this.reader = reader;
    this.clock = clock;
  }

  /** What the entry holds; a miss if it is of another type, or cannot be decoded. */
  <T> Cached<T> decode(RowKey key, Found.Live live, ValueType<T> type) {
    Entry entry = live.entry();
    boolean stale = !live.isFresh();
    if (entry.kind() == Kind.NULL) {
      return new Cached.Hit<>(null, stale);
    }
    try {
      return new Cached.Hit<>(codecs.decode(entry.codec(), entry.content(), type), stale);
    } catch (CodecException e) {
      reader.unreadable(key, String.valueOf(e.getMessage()));
      return new Cached.Miss<>();
    }
  }

  /**
   * A value as it is stored.
   *
   * @param ttlMillis how long it is fresh before the jitter, 0 for no expiry
   * @throws CodecException if it cannot be encoded
   */
  <T> Draft draft(
      @Nullable T value,
      ValueType<T> type,
      CacheOptions options,
      long ttlMillis,
      Set<String> tags) {
    long life = Draft.life(ttlMillis, value == null, options);
    long maxStale = Math.min(millis(options.maxStale()), Draft.LONGEST_MILLIS - life);
    if (value == null) {
      return new Draft(0, true, Entry.NOTHING, life, maxStale, hashes(tags));
    }
    Codecs.Encoded encoded = codecs.encode(value, type);
    return new Draft(encoded.codec(), false, encoded.payload(), life, maxStale, hashes(tags));
  }

  <T> Draft draft(@Nullable T value, ValueType<T> type, CacheOptions options) {
    long ttl = options.ttl().map(Values::millis).orElse(0L);
    return draft(value, type, options, ttl, options.tags());
  }

  /** One line about what was found, for people. */
  String explain(Found found, Optional<Flight<?>> loading) {
    return Explanation.of(found, codecs, loading, clock.millis());
  }

  private static List<TagHash> hashes(Set<String> tags) {
    List<TagHash> hashes = new ArrayList<>(tags.size());
    new LinkedHashSet<>(tags).forEach(tag -> hashes.add(TagHash.of(tag)));
    return hashes;
  }

  /** Whole milliseconds, rounded up, as long as there are. */
  static long millis(java.time.Duration duration) {
    try {
      return duration.plusNanos(999_999).toMillis();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }
}
