package io.zeal.cache;

import java.io.IOException;

/**
 * Disk space that is kept for records that must not fail: a removal takes effect even if the disk
 * is full. Guarded by the log's lock.
 */
final class LogReserve {

  static final String NAME = "reserve";

  private final SegmentFiles files;
  private final int bytes;
  private boolean held;

  LogReserve(SegmentFiles files, int bytes) {
    this.files = files;
    this.bytes = bytes;
  }

  /** Takes the space, if it is not taken. */
  void hold() throws IOException {
    if (held) {
      return;
    }
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
