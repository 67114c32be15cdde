package io.zeal.cache;

/**
 * What a look at a key saw: under these numbers, and only in place of this version, a value that is
 * computed now may be stored. Two equal tickets say that nothing was invalidated in between.
 *
 * @param epoch the cache's epoch; {@code clear} changes it
 * @param number the cache's number; every invalidation of a tag raises it
 * @param version the version of what is stored under the key, {@link #NOTHING} for nothing
 */
record Ticket(long epoch, long number, long version) {

  /** Nothing is stored under the key. */
  static final long NOTHING = 0;
}
