package io.zeal.spi;

import java.util.List;

/**
 * What a backend with {@code Capability.ANNOUNCE} publishes within the atomic step of each write,
 * so that nobody can see the write and miss the announcement. Given with the {@link StoreSpec}.
 */
@FunctionalInterface
public interface Announcer {

  /** What kind of change is announced. */
  enum Kind {
    /** A row was put. */
    PUT,
    /** A row was changed in part. */
    PATCH,
    /** A row was removed. */
    REMOVE,
    /** The bucket was cleared; there are no keys. */
    CLEAR
  }

  /**
   * Asked once for each step, before it is sent.
   *
   * @param bucket the part of the store that orders this step
   * @param keys what the step changes
   */
  Announcement announce(int bucket, Kind kind, List<String> keys);
}
