package io.zeal.cache;

import io.zeal.cache.CacheMeters.Meter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Reads stored bytes. What cannot be read is a miss: it is counted, and logged once for a cache, so
 * that a deploy that changes a type does not fill the log.
 */
final class EntryReader {

  private static final Logger LOG = System.getLogger(EntryReader.class.getPackageName());

  private final String cache;
  private final CacheMeters meters;
  private final AtomicBoolean logged = new AtomicBoolean();

  EntryReader(String cache, CacheMeters meters) {
    this.cache = cache;
    this.meters = meters;
  }

  /** The entry of {@code key}, or null if the bytes are none, or are that of another key. */
  @Nullable Entry read(byte[] bytes, RowKey key) {
    return entry(EntryForm.decode(bytes), key);
  }

  /** As {@link #read}, of bytes that never left the memory of this process. */
  @Nullable Entry readOwn(byte[] bytes, RowKey key) {
    return entry(EntryForm.decodeOwn(bytes), key);
  }

  private @Nullable Entry entry(EntryForm.Decoded decoded, RowKey key) {
    return switch (decoded) {
      case Entry entry -> entry.isOf(key) ? entry : null;
      case EntryForm.Unreadable unreadable -> {
        unreadable(key, unreadable.reason().toString().toLowerCase(Locale.ROOT));
        yield null;
      }
    };
  }

  /** Counts and logs what could not be read. */
  void unreadable(RowKey key, String reason) {
    meters.count(Meter.DECODE_FAILURES);
    if (logged.compareAndSet(false, true)) {
      LOG.log(
          Level.WARNING,
          () ->
              Text.where(cache, key.key())
                  + ": an entry cannot be read and counts as a miss ("
                  + reason
                  + "). Further ones are counted as decodeFailures, not logged.");
    }
  }
}
