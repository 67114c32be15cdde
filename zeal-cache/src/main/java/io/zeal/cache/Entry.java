package io.zeal.cache;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a cache, as {@link EntryForm} stores it.
 *
 * @param kind what it says of its key
 * @param expires whether it has a time to live; which one, the tier knows that stores it
 * @param codec the number of the codec that wrote the payload; 0 without one
 * @param createdMillis when it was made, for people: clocks of two machines are never compared
 * @param maxStaleMillis how long after its expiry it may be served
 * @param epoch the cache's epoch when the load began
 * @param number the cache's number when the load began (T0)
 * @param tags its tags
 * @param original the key, if its row's key is a hash ({@link RowKey})
 * @param content the value's bytes
 */
record Entry(
    Kind kind,
    boolean expires,
    int codec,
    long createdMillis,
    long maxStaleMillis,
    long epoch,
    long number,
    List<TagHash> tags,
    @Nullable String original,
    Payload content)
    implements EntryForm.Decoded {

  static final byte[] NOTHING = {};

  Entry(
      Kind kind,
      boolean expires,
      int codec,
      long createdMillis,
      long maxStaleMillis,
      long epoch,
      long number,
      List<TagHash> tags,
      @Nullable String original,
      byte[] payload) {
    this(
        kind,
        expires,
        codec,
        createdMillis,
        maxStaleMillis,
        epoch,
        number,
        tags,
        original,
        Payload.of(payload));
  }

  /** The value's bytes alone; nobody changes them. */
  byte[] payload() {
    return content.toBytes();
  }

  /** What an entry says of its key. */
  enum Kind {
    /** It has the value in the payload. */
    VALUE,
    /** Its value is null. */
    NULL,
    /** It was removed: a load that began before may not store. */
    TOMBSTONE
  }

  /** Whether it is the entry of the key, and not of another with the same hash. */
  boolean isOf(RowKey key) {
    return Objects.equals(original, key.original());
  }
}
