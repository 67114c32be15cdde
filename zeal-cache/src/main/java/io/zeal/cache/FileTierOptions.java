package io.zeal.cache;

import java.time.InstantSource;
import java.util.concurrent.Executor;

/**
 * What a file tier needs to know.
 *
 * @param maxBytes of all its files together, at least {@link #LEAST_BYTES}
 * @param sync whether what was appended is forced to disk before the call returns, so that it
 *     survives a loss of power; without, a loss of power empties the tier
 * @param clock for expiry
 * @param executor for the work that makes room
 */
record FileTierOptions(long maxBytes, boolean sync, InstantSource clock, Executor executor) {

  /** Less is not worth a directory. */
  static final long LEAST_BYTES = 1024 * 1024;

  FileTierOptions {
    if (maxBytes < LEAST_BYTES) {
      throw new IllegalArgumentException(
          "A file tier of " + maxBytes + " bytes; give it at least " + LEAST_BYTES);
    }
  }
}
