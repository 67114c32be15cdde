package io.zeal.memcached;

/** What a server says of a write. */
enum Answer {
  /** It happened. */
  DONE,
  /** There is an item, or another version of it, in the way. Nothing happened. */
  CONFLICT,
  /** There is no item. Nothing happened. */
  ABSENT,
  /** The item is larger than the server takes. Nothing was stored; what was there may be gone. */
  TOO_LARGE,
  /** The server has no memory left for it and may not evict. */
  OUT_OF_MEMORY
}
