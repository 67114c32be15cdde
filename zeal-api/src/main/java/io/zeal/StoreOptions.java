package io.zeal;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to a store beside its columns. Immutable; whoever attaches to the store later has to
 * give the same ttl, capacity, overflow and key limit (S10).
 *
 * <p>Defaults: no expiry, 16,384 rows, {@link Overflow#REJECT}, keys of up to 63 bytes, every
 * capability as promised.
 */
public final class StoreOptions {

  private static final StoreOptions DEFAULTS =
      new StoreOptions(null, 16_384, Overflow.REJECT, 63, Set.of(), Set.of());

  private final @Nullable Duration ttl;
  private final long capacity;
  private final Overflow overflow;
  private final int keyLimit;
  private final Set<Capability> accepted;
  private final Set<Capability> requested;

  private StoreOptions(
      @Nullable Duration ttl,
      long capacity,
      Overflow overflow,
      int keyLimit,
      Set<Capability> accepted,
      Set<Capability> requested) {
    this.ttl = ttl;
    this.capacity = capacity;
    this.overflow = overflow;
    this.keyLimit = keyLimit;
    this.accepted = Set.copyOf(accepted);
    this.requested = Set.copyOf(requested);
  }

  /** The defaults. */
  public static StoreOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Lets rows expire {@code ttl} after they were put, unless the put says otherwise (S4). Rounded
   * up to milliseconds; zero means no expiry.
   */
  public StoreOptions withTtl(Duration ttl) {
    return new StoreOptions(
        Ttl.normal(ttl, "ttl"), capacity, overflow, keyLimit, accepted, requested);
  }

  /**
   * Bounds the store to {@code rows} rows, at least 1, on a backend with {@link
   * Capability#BOUNDED_ROWS} (S9).
   */
  public StoreOptions withCapacity(long rows) {
    if (rows < 1) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT, "capacity is " + rows + " rows. Use 1 or more.");
    }
    return new StoreOptions(ttl, rows, overflow, keyLimit, accepted, requested);
  }

  /** Says what a full store does with one more row (S9). */
  public StoreOptions withOverflow(Overflow overflow) {
    return new StoreOptions(
        ttl, capacity, Objects.requireNonNull(overflow, "overflow"), keyLimit, accepted, requested);
  }

  /** Bounds keys to {@code bytes} bytes of UTF-8, 1 to 1,024 (S8). */
  public StoreOptions withKeyLimit(int bytes) {
    if (bytes < 1 || bytes > 1024) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT, "keyLimit is " + bytes + " bytes. Use 1 to 1,024.");
    }
    return new StoreOptions(ttl, capacity, overflow, bytes, accepted, requested);
  }

  /**
   * Opens the store although the backend lacks {@code missing}, for example {@link
   * Capability#EXACT_COUNT} (S5).
   */
  public StoreOptions accepting(Capability missing) {
    return new StoreOptions(ttl, capacity, overflow, keyLimit, plus(accepted, missing), requested);
  }

  /**
   * Asks for a behaviour that is off by default, for example {@link Capability#READ_FALLBACK}
   * (S13).
   */
  public StoreOptions requesting(Capability wanted) {
    return new StoreOptions(ttl, capacity, overflow, keyLimit, accepted, plus(requested, wanted));
  }

  private static Set<Capability> plus(Set<Capability> set, Capability one) {
    EnumSet<Capability> more = EnumSet.of(one);
    more.addAll(set);
    return more;
  }

  /** How long a row lives after a put; empty if it does not expire. */
  public Optional<Duration> ttl() {
    return Optional.ofNullable(ttl);
  }

  /** The most rows. */
  public long capacity() {
    return capacity;
  }

  /** What a full store does. */
  public Overflow overflow() {
    return overflow;
  }

  /** The most bytes of a key. */
  public int keyLimit() {
    return keyLimit;
  }

  /** What the application does without. */
  public Set<Capability> accepted() {
    return accepted;
  }

  /** What the application wants that is off by default. */
  public Set<Capability> requested() {
    return requested;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoreOptions o
        && Objects.equals(ttl, o.ttl)
        && capacity == o.capacity
        && overflow == o.overflow
        && keyLimit == o.keyLimit
        && accepted.equals(o.accepted)
        && requested.equals(o.requested);
  }

  @Override
  public int hashCode() {
    return Objects.hash(ttl, capacity, overflow, keyLimit, accepted, requested);
  }

  /** What whoever attaches later has to share (S10); the same text for the same options. */
  @Override
  public String toString() {
    return "ttl="
        + (ttl == null ? "none" : ttl)
        + ", capacity="
        + capacity
        + ", overflow="
        + overflow
        + ", keyLimit="
        + keyLimit;
  }
}
