package io.zeal.memcached;

import org.jspecify.annotations.Nullable;

/** What was found under several keys, in their order. */
interface Items {

  /** The item of one of the keys; null if there is none. */
  @Nullable Item at(int place);

  /** The item of the first key. */
  default @Nullable Item first() {
    return at(0);
  }
}
