package io.zeal.cache;

/** Where an entry was found. */
enum Tier {
  MEMORY,
  FILE
}
