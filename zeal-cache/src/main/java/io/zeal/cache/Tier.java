package io.zeal.cache;

/** Where an entry was found. */
enum Tier {
  /** The rows of a backend of this process alone. */
  MEMORY("in memory"),
  /** The rows of a backend that others share. */
  SHARED("in the shared backend"),
  FILE("in the files");

  private final String words;

  Tier(String words) {
    this.words = words;
  }

  /** For people. */
  String words() {
    return words;
  }
}
