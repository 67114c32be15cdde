package io.zeal.tiered;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Which frames of all writers have been seen, in each bucket by itself, as they are numbered. Holds
 * the writers heard of last; what a forgotten one says again costs a refill. Used by one thread at
 * a time.
 */
final class Repeats {

  /** 1 KB each at most. */
  private static final int MOST_WINDOWS = 8192;

  private record Source(UUID writer, int bucket) {}

  private final Map<Source, RepeatWindow> windows =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Source, RepeatWindow> eldest) {
          return size() > MOST_WINDOWS;
        }
      };

  /** Whether a frame is not known to have been seen; it is from now on. */
  boolean isNew(Frame frame, int bucket) {
    return windows
        .computeIfAbsent(new Source(frame.writer(), bucket), source -> new RepeatWindow())
        .isNew(frame.counter());
  }
}
