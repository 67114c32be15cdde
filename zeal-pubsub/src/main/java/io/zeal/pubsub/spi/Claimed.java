package io.zeal.pubsub.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message that a {@link Membership} has claimed.
 *
 * @param id the message's id, as its publication returned it
 * @param payload its bytes; nobody else changes them
 * @param key the key it was published with, or null
 * @param count the recorded count of deliveries: 1 for a fresh one; for one that comes again, how
 *     often it was delivered before
 * @param fresh whether it was never claimed before, so that {@code count} counts this delivery
 */
@SuppressWarnings("ArrayRecordComponent") // never compared by content
public record Claimed(String id, byte[] payload, @Nullable String key, long count, boolean fresh) {

  /** Neither id nor payload is null. */
  public Claimed {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(payload, "payload");
  }

  /** The id and the count; not the payload or the key, which may be secret. */
  @Override
  public String toString() {
    return "Claimed[" + id + ", count=" + count + (fresh ? ", fresh]" : "]");
  }
}
