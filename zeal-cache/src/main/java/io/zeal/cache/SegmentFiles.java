package io.zeal.cache;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The files of one log, by name. There is one such directory for each cache. */
interface SegmentFiles {

  /** Every file there is, in no order. */
  List<String> names() throws IOException;

  /** Makes a file that is not there yet. */
  SegmentFile create(String name) throws IOException;

  /** Opens a file that is there. */
  SegmentFile open(String name) throws IOException;

  /** Deletes a file, if it is there. Whoever has it open has to close it first. */
  void delete(String name) throws IOException;

  /** What a small file holds; empty if it is not there. */
  Optional<byte[]> content(String name) throws IOException;

  /**
   * Puts a small file in the place of another in one step, and makes it survive a loss of power.
   */
  void replace(String name, byte[] content) throws IOException;

  /** Makes it survive a loss of power that files came and went. */
  void forceNames() throws IOException;
}
