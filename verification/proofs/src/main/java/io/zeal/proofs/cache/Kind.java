package io.zeal.proofs.cache;

/** What a call does. */
enum Kind {
  PUT,
  REMOVE,
  EXPIRE,
  GET,
  COMPUTE,
  REMOVE_TAG,
  CLEAR;

  boolean isRead() {
    return this == GET || this == COMPUTE;
  }
}
