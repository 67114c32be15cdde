package io.zeal.cache;

import java.io.IOException;
import java.util.Arrays;

/** Reads a segment from its beginning to its end, in large steps. Used by one thread. */
final class SegmentReader {

  private static final int WINDOW_BYTES = 64 * 1024;

  private final Segment segment;
  private byte[] window = new byte[WINDOW_BYTES];
  private int windowStart;
  private int windowEnd;

  SegmentReader(Segment segment) {
    this.segment = segment;
  }

  /** How many bytes there are from an offset on. */
  int remaining(int offset) {
    return segment.length() - offset;
  }

  /** The bytes that {@link #load} put at an index. */
  byte[] bytes() {
    return window;
  }

  /**
   * Makes {@code count} bytes at an offset readable and returns their index in {@link #bytes}; -1
   * if the segment is gone.
   */
  int load(int offset, int count) throws IOException {
    if (offset < windowStart || offset + (long) count > windowEnd) {
      if (count > window.length) {
        window = Arrays.copyOf(window, count);
      }
      int step = Math.min(window.length, remaining(offset));
      if (!segment.read(offset, window, 0, step)) {
        return -1;
      }
      windowStart = offset;
      windowEnd = offset + step;
    }
    return offset - windowStart;
  }
}
