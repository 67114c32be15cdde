package io.zeal.cache;

import io.zeal.CacheOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A value on its way into the tiers.
 *
 * @param codec the codec that encoded it; of no meaning for null
 * @param isNull whether the value is null
 * @param payload the encoded value
 * @param lifeMillis how long it is fresh, 0 for no expiry
 * @param maxStaleMillis how long after that it may be served
 * @param tags by whose invalidation it ends
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Draft(
    int codec,
    boolean isNull,
    byte[] payload,
    long lifeMillis,
    long maxStaleMillis,
    List<TagHash> tags) {

  /** The longest life that backends take (S4.10); nothing is kept stale beyond it. */
  static final long LONGEST_MILLIS = Duration.ofDays(365_000).toMillis();

  /** The entry, under what the look before its load saw. */
  Entry toEntry(RowKey key, Ticket ticket, long nowMillis) {
    return new Entry(
        isNull ? Entry.Kind.NULL : Entry.Kind.VALUE,
        lifeMillis > 0,
        isNull ? 0 : codec,
        nowMillis,
        maxStaleMillis,
        ticket.epoch(),
        ticket.number(),
        tags,
        key.original(),
        isNull ? Entry.NOTHING : payload);
  }

  /** How long the tiers keep it, 0 for no expiry. */
  long physicalMillis() {
    return lifeMillis == 0 ? 0 : lifeMillis + maxStaleMillis;
  }

  /**
   * The life of a value: that of the options, or the loader's, shortened at random by the jitter;
   * at least a millisecond.
   *
   * @param ttlMillis 0 for no expiry
   */
  static long life(long ttlMillis, boolean isNull, CacheOptions options) {
    long nullTtl = options.nullTtl().map(Duration::toMillis).orElse(0L);
    long ttl = isNull && nullTtl > 0 ? nullTtl : ttlMillis;
    if (ttl == 0 || options.jitter() == 0) {
      return ttl;
    }
    double part = ThreadLocalRandom.current().nextDouble() * options.jitter();
    return Math.max(1, ttl - (long) (ttl * part));
  }
}
