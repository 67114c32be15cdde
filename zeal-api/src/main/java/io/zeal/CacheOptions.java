package io.zeal;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a cache, or one call, behaves. Immutable; {@link #with} changes some of it.
 *
 * <p>Defaults: no expiry, jitter 0.1, no time to live of its own for null, no soft timeout, hard
 * timeout 30 s, nothing served stale, no refresh ahead.
 *
 * @param ttl how long a value lives, or null for no expiry
 * @param jitter the greatest part of the ttl by which a life is shortened at random, 0 to 1; never
 *     lengthens
 * @param nullTtl how long a cached null lives, or null for {@code ttl}
 * @param softTimeout how long a caller waits before it is served stale, or null for as long as the
 *     hard timeout
 * @param hardTimeout how long a caller waits at most
 * @param maxStale how long after its expiry a value may be served while a new one cannot be had
 * @param refreshAhead how long before its expiry a value that is read is loaded anew in the
 *     background
 */
public record CacheOptions(
    @Nullable Duration ttl,
    double jitter,
    @Nullable Duration nullTtl,
    @Nullable Duration softTimeout,
    Duration hardTimeout,
    Duration maxStale,
    Duration refreshAhead) {

  private static final CacheOptions DEFAULTS =
      new CacheOptions(null, 0.1, null, null, Duration.ofSeconds(30), Duration.ZERO, Duration.ZERO);

  /** Checks the ranges; rounds times to live up to milliseconds, zero becoming null. */
  public CacheOptions {
    ttl = ttl == null ? null : Ttl.normal(ttl, "ttl");
    nullTtl = nullTtl == null ? null : Ttl.normal(nullTtl, "nullTtl");
    Objects.requireNonNull(hardTimeout, "hardTimeout");
    Objects.requireNonNull(maxStale, "maxStale");
    Objects.requireNonNull(refreshAhead, "refreshAhead");
    if (!(jitter >= 0 && jitter <= 1)
        || (softTimeout != null && softTimeout.isNegative())
        || hardTimeout.isNegative()
        || maxStale.isNegative()
        || refreshAhead.isNegative()) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "jitter "
              + jitter
              + ", softTimeout "
              + softTimeout
              + ", hardTimeout "
              + hardTimeout
              + ", maxStale "
              + maxStale
              + ", refreshAhead "
              + refreshAhead
              + ". Jitter is from 0 to 1, durations are not negative.");
    }
  }

  /** The defaults. */
  public static CacheOptions defaults() {
    return DEFAULTS;
  }

  /** The time to live; empty for no expiry. */
  public Optional<Duration> timeToLive() {
    return Optional.ofNullable(ttl);
  }

  /** These options with what {@code change} sets. */
  public CacheOptions with(Consumer<Builder> change) {
    Builder builder = new Builder(this);
    change.accept(builder);
    return builder.build();
  }

  /** Collects changes. Not safe for concurrent use. */
  public static final class Builder {

    private @Nullable Duration ttl;
    private double jitter;
    private @Nullable Duration nullTtl;
    private @Nullable Duration softTimeout;
    private Duration hardTimeout;
    private Duration maxStale;
    private Duration refreshAhead;

    private Builder(CacheOptions from) {
      this.ttl = from.ttl;
      this.jitter = from.jitter;
      this.nullTtl = from.nullTtl;
      this.softTimeout = from.softTimeout;
      this.hardTimeout = from.hardTimeout;
      this.maxStale = from.maxStale;
      this.refreshAhead = from.refreshAhead;
    }

    /** How long a value lives; zero for no expiry. */
    public Builder ttl(Duration ttl) {
      this.ttl = Objects.requireNonNull(ttl, "ttl");
      return this;
    }

    /** The greatest part of the ttl by which a life is shortened. */
    public Builder jitter(double part) {
      this.jitter = part;
      return this;
    }

    /** How long a cached null lives; zero for as long as any other value. */
    public Builder nullTtl(Duration ttl) {
      this.nullTtl = Objects.requireNonNull(ttl, "nullTtl");
      return this;
    }

    /** How long a caller waits before it is served stale. */
    public Builder softTimeout(Duration timeout) {
      this.softTimeout = Objects.requireNonNull(timeout, "softTimeout");
      return this;
    }

    /** How long a caller waits at most. */
    public Builder hardTimeout(Duration timeout) {
      this.hardTimeout = timeout;
      return this;
    }

    /** How long after its expiry a value may be served. */
    public Builder maxStale(Duration bound) {
      this.maxStale = bound;
      return this;
    }

    /** How long before its expiry a value is loaded anew. */
    public Builder refreshAhead(Duration ahead) {
      this.refreshAhead = ahead;
      return this;
    }

    private CacheOptions build() {
      return new CacheOptions(
          ttl, jitter, nullTtl, softTimeout, hardTimeout, maxStale, refreshAhead);
    }
  }
}
