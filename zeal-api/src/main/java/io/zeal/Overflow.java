package io.zeal;

/** What a full store does with one more row (S9). */
public enum Overflow {
  /** Refuse it with {@link CapacityException}; every row stays. */
  REJECT,

  /**
   * Remove another row to make place: an expired one if there is one, else one that was not used
   * for long.
   */
  EVICT
}
