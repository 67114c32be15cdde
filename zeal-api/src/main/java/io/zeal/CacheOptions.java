package io.zeal;

import io.zeal.spi.Texts;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a cache, or one call, behaves. Immutable; start from {@link #defaults} for a cache, and from
 * {@link Cache#options} for one call.
 *
 * <p>Defaults: no expiry, jitter 0.1, no time to live of its own for null, no soft timeout, hard
 * timeout 30 s, nothing served stale, no refresh ahead, no tags.
 */
public final class CacheOptions {

  private static final CacheOptions DEFAULTS = new CacheOptions(new Fields());

  /** What there is to set; changed only before it is given to a new object. */
  private static final class Fields {
    private @Nullable Duration ttl;
    private double jitter = 0.1;
    private @Nullable Duration nullTtl;
    private @Nullable Duration softTimeout;
    private Duration hardTimeout = Duration.ofSeconds(30);
    private Duration maxStale = Duration.ZERO;
    private Duration refreshAhead = Duration.ZERO;
    private Set<String> tags = Set.of();

    private Fields copy() {
      Fields copy = new Fields();
      copy.ttl = ttl;
      copy.jitter = jitter;
      copy.nullTtl = nullTtl;
      copy.softTimeout = softTimeout;
      copy.hardTimeout = hardTimeout;
      copy.maxStale = maxStale;
      copy.refreshAhead = refreshAhead;
      copy.tags = tags;
      return copy;
    }
  }

  private final Fields fields;

  private CacheOptions(Fields fields) {
    this.fields = fields;
  }

  /** The defaults. */
  public static CacheOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Lets a value expire {@code ttl} after it was stored. Rounded up to milliseconds; zero means no
   * expiry.
   */
  public CacheOptions withTtl(Duration ttl) {
    Fields next = fields.copy();
    next.ttl = Ttl.normal(ttl, "ttl");
    return new CacheOptions(next);
  }

  /**
   * Shortens each life at random by up to {@code part} of it, 0 to 1, so that values stored
   * together do not expire together; never lengthens one.
   */
  public CacheOptions withJitter(double part) {
    if (!(part >= 0 && part <= 1)) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT, "jitter is " + part + ". Use a part from 0 to 1.");
    }
    Fields next = fields.copy();
    next.jitter = part;
    return new CacheOptions(next);
  }

  /**
   * Lets a cached null expire after {@code ttl}. Rounded up to milliseconds; zero means as any
   * other value.
   */
  public CacheOptions withNullTtl(Duration ttl) {
    Fields next = fields.copy();
    next.nullTtl = Ttl.normal(ttl, "nullTtl");
    return new CacheOptions(next);
  }

  /**
   * Serves a caller stale, where there is something, once it has waited {@code timeout}: zero at
   * once, while the load goes on. Above the hard timeout it means nothing.
   */
  public CacheOptions withSoftTimeout(Duration timeout) {
    Fields next = fields.copy();
    next.softTimeout = notNegative(timeout, "softTimeout");
    return new CacheOptions(next);
  }

  /**
   * Lets a caller wait {@code timeout} at most, for a load of its own too.
   *
   * @throws InvalidArgumentException if it is not above zero: no load could be waited for
   */
  public CacheOptions withHardTimeout(Duration timeout) {
    if (notNegative(timeout, "hardTimeout").isZero()) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "hardTimeout is PT0S, in which no load ends. Use one above zero; to look without a load,"
              + " Cache.get.");
    }
    Fields next = fields.copy();
    next.hardTimeout = timeout;
    return new CacheOptions(next);
  }

  /**
   * Serves a value up to {@code bound} after its expiry while a new one cannot be had; zero for
   * never.
   */
  public CacheOptions withMaxStale(Duration bound) {
    Fields next = fields.copy();
    next.maxStale = notNegative(bound, "maxStale");
    return new CacheOptions(next);
  }

  /**
   * Loads a value that is read within {@code ahead} of its expiry anew, in the background; zero for
   * never. From the time to live upwards every hit does, without one none.
   */
  public CacheOptions withRefreshAhead(Duration ahead) {
    Fields next = fields.copy();
    next.refreshAhead = notNegative(ahead, "refreshAhead");
    return new CacheOptions(next);
  }

  /**
   * Gives every value stored with these options the tags, in place of those before: {@link
   * Cache#removeTag} invalidates by one of them. A tag is any well-formed text that is not empty;
   * none at all is no tags.
   */
  public CacheOptions withTags(String... tags) {
    Fields next = fields.copy();
    List<String> given = Arrays.asList(Objects.requireNonNull(tags, "tags").clone());
    given.forEach(CacheOptions::requireTag);
    next.tags = Set.copyOf(given);
    return new CacheOptions(next);
  }

  private static void requireTag(String tag) {
    if (Texts.utf8Length(Objects.requireNonNull(tag, "tag")) < 1) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_NAME,
          "The tag " + Texts.quote(tag) + " is empty or not well-formed. Use well-formed text.");
    }
  }

  private static Duration notNegative(Duration duration, String what) {
    if (Objects.requireNonNull(duration, what).isNegative()) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT, what + " is " + duration + ". Use zero or more.");
    }
    return duration;
  }

  /** How long a value lives; empty for no expiry. */
  public Optional<Duration> ttl() {
    return Optional.ofNullable(fields.ttl);
  }

  /** The greatest part of a life that is cut off at random. */
  public double jitter() {
    return fields.jitter;
  }

  /** How long a cached null lives; empty for as long as any other value. */
  public Optional<Duration> nullTtl() {
    return Optional.ofNullable(fields.nullTtl);
  }

  /** How long a caller waits before it is served stale; empty for as long as it waits at all. */
  public Optional<Duration> softTimeout() {
    return Optional.ofNullable(fields.softTimeout);
  }

  /** How long a caller waits at most. */
  public Duration hardTimeout() {
    return fields.hardTimeout;
  }

  /** How long after its expiry a value may be served. */
  public Duration maxStale() {
    return fields.maxStale;
  }

  /** How long before its expiry a value that is read is loaded anew; zero for never. */
  public Duration refreshAhead() {
    return fields.refreshAhead;
  }

  /** The tags of every value stored with these options. */
  public Set<String> tags() {
    return fields.tags;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CacheOptions o
        && Objects.equals(fields.ttl, o.fields.ttl)
        && Double.compare(fields.jitter, o.fields.jitter) == 0
        && Objects.equals(fields.nullTtl, o.fields.nullTtl)
        && Objects.equals(fields.softTimeout, o.fields.softTimeout)
        && fields.hardTimeout.equals(o.fields.hardTimeout)
        && fields.maxStale.equals(o.fields.maxStale)
        && fields.refreshAhead.equals(o.fields.refreshAhead)
        && fields.tags.equals(o.fields.tags);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        fields.ttl,
        fields.jitter,
        fields.nullTtl,
        fields.softTimeout,
        fields.hardTimeout,
        fields.maxStale,
        fields.refreshAhead,
        fields.tags);
  }

  @Override
  public String toString() {
    return "ttl="
        + (fields.ttl == null ? "none" : fields.ttl)
        + ", jitter="
        + fields.jitter
        + ", nullTtl="
        + (fields.nullTtl == null ? "ttl" : fields.nullTtl)
        + ", softTimeout="
        + (fields.softTimeout == null ? "none" : fields.softTimeout)
        + ", hardTimeout="
        + fields.hardTimeout
        + ", maxStale="
        + fields.maxStale
        + ", refreshAhead="
        + fields.refreshAhead
        + ", tags="
        + fields.tags.size();
  }
}
