package io.zeal.cache;

import java.util.UUID;

/**
 * Sizes of a log, and how far it goes to survive.
 *
 * @param maxBytes of all its files
 * @param segmentBytes at which a new segment is begun
 * @param reserveBytes kept for records that must not fail
 * @param leastEntryBytes what an entry counts as if it is shorter: the bound of the files then
 *     bounds the index in the heap too
 * @param sync whether appends are forced to disk before they return
 * @param boot which run of the machine this is
 */
record LogSettings(
    long maxBytes,
    int segmentBytes,
    int reserveBytes,
    int leastEntryBytes,
    boolean sync,
    UUID boot) {

  private static final int SMALLEST_SEGMENT = 16 * 1024;
  private static final int LARGEST_SEGMENT = 512 * 1024 * 1024;
  private static final int SEGMENTS = 32;
  private static final int LARGEST_RESERVE = 256 * 1024;

  /** The part of the heap that the index of one cache may take. */
  private static final int PART_OF_HEAP = 16;

  /** What an entry takes of the heap, with a key of some length. */
  private static final int INDEX_BYTES = 256;

  static LogSettings of(long maxBytes, long heapBytes, boolean sync, UUID boot) {
    int segmentBytes = Math.clamp(maxBytes / SEGMENTS, SMALLEST_SEGMENT, LARGEST_SEGMENT);
    int reserveBytes = Math.min(segmentBytes, LARGEST_RESERVE);
    long mostEntries = Math.max(1, heapBytes / PART_OF_HEAP / INDEX_BYTES);
    int leastEntryBytes = (int) Math.min(maxBytes / mostEntries, segmentBytes / 4);
    return new LogSettings(maxBytes, segmentBytes, reserveBytes, leastEntryBytes, sync, boot);
  }

  /** What all segments may take; beside them are the reserve and the state. */
  long boundBytes() {
    return maxBytes - reserveBytes - segmentBytes / 2;
  }

  /** The longest record: four of them fit, and offsets in its segment are ints. */
  int largestRecord() {
    return (int) Math.min(boundBytes() / 4, Integer.MAX_VALUE - segmentBytes);
  }

  /** What all marks may take. They are carried along for ever, so they are few. */
  int largestMarks() {
    return segmentBytes / 2;
  }
}
