package io.zeal.cache;

import java.io.IOException;

/**
 * A file that grows at its end. One thread at a time appends, truncates and forces; any number
 * reads, also while it grows. Nothing here may be cut short by an interrupt of the calling thread.
 */
interface SegmentFile {

  /** How long the file is. */
  long length() throws IOException;

  /** Writes at the end. If it fails, any prefix of the bytes may be in the file. */
  void append(byte[] bytes) throws IOException;

  /** Fills {@code into} from its index {@code from} with {@code count} bytes found at an offset. */
  void read(long offset, byte[] into, int from, int count) throws IOException;

  /** Cuts off what lies behind {@code length}. */
  void truncate(long length) throws IOException;

  /** Returns when what was appended would survive a loss of power. */
  void force() throws IOException;

  /** Lets the file go; a read after that fails. */
  void close();
}
