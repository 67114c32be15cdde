package io.zeal.proofs.cache;

/**
 * What a cache can say of a key.
 *
 * @param version which of the values, 0 for none
 * @param stale whether it has expired
 */
record State(long version, boolean stale) {

  static final State ABSENT = new State(0, false);

  static State fresh(long version) {
    return new State(version, false);
  }

  boolean isAbsent() {
    return version == 0;
  }

  @Override
  public String toString() {
    return isAbsent() ? "nothing" : version + (stale ? " (stale)" : "");
  }
}
