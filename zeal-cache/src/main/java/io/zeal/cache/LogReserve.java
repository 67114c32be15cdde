package io.zeal.cache;

import java.io.IOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Disk space that is kept for records that must not fail: a removal takes effect even if the disk
 * is full. Guarded by the log's lock.
 */
final class LogReserve {

  static final String NAME = "reserve";

  /** After which it is tried again to take the space. */
  static final long PAUSE_MILLIS = 100;

  private final SegmentFiles files;
  private final int bytes;
  private final InstantSource clock;
  private boolean held;
  private long failedAtMillis;
  private @Nullable IOException failed;

  LogReserve(SegmentFiles files, int bytes, InstantSource clock) {
    this.files = files;
    this.bytes = bytes;
    this.clock = clock;
  }

  /**
   * Takes the space, if it is not taken. Where that just failed it is not tried again: it writes
   * all of the reserve, and on a full disk every put would do so, one after the other.
   */
  void hold() throws IOException {
    if (held) {
      return;
    }
    if (failed != null && isRecent(failedAtMillis)) {
      throw new IOException(failed.getMessage(), failed);
    }
    try {
      take();
      failed = null;
    } catch (IOException e) {
      failed = e;
      failedAtMillis = clock.millis();
      throw e;
    }
  }

  /** Also false if the clock was set back since. */
  private boolean isRecent(long millis) {
    long since = clock.millis() - millis;
    return since >= 0 && since < PAUSE_MILLIS;
  }

  private void take() throws IOException {
    files.delete(NAME);
    var file = files.create(NAME);
    try {
      file.append(filling());
      held = true;
    } finally {
      file.close();
      if (!held) {
        release();
      }
    }
  }

  /** Not zeros: a file system that compresses would keep no space for them. */
  private byte[] filling() {
    var filling = new byte[bytes];
    long word = 0x9e37_79b9_7f4a_7c15L;
    for (int i = 0; i + Long.BYTES <= bytes; i += Long.BYTES) {
      word ^= word << 13;
      word ^= word >>> 7;
      word ^= word << 17;
      LogBytes.putLong(filling, i, word);
    }
    return filling;
  }

  /** Gives the space back, for somebody to use it. */
  void release() {
    held = false;
    try {
      files.delete(NAME);
    } catch (IOException e) {
      // Then there is no more space than before, and the append that needs it says so.
    }
  }
}
