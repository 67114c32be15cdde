package io.zeal;

/**
 * What a backend may or may not be able to do. Asked through {@link BackendInfo#capabilities()}; a
 * call that needs a missing one ends in {@link UnsupportedCapabilityException} and changes nothing.
 */
public enum Capability {
  /** {@link Store#count()}. */
  COUNT,
  /**
   * {@link Store#count()} is exact (S5). A store on a backend without it opens only if it
   * {@linkplain StoreOptions#accepting accepts} that.
   */
  EXACT_COUNT,
  /** {@link Store#page}, {@link Store#stream} and {@link Store#forEach}. */
  PAGE,
  /** {@link Store#clear()}. */
  CLEAR,
  /**
   * A store holds at most {@link StoreOptions#capacity()} rows and follows its {@link Overflow}
   * policy (S9).
   */
  BOUNDED_ROWS,
  /** {@link Zeal#counter}. */
  COUNTERS,
  /** Counters below zero. */
  NEGATIVE_COUNTERS,
  /** {@link Zeal#pubSub()}. */
  PUB_SUB,
  /** {@link PubSub#publish} returns the exact number of receivers. */
  EXACT_RECEIVERS,
  /** {@link Zeal#reliablePubSub()}. */
  RELIABLE_PUB_SUB,
  /** Reliable messages outlive the process that published them. */
  DURABLE_MESSAGES,
  /** {@link Zeal#scripts()}. */
  SCRIPTS,
  /** A write and the announcement of that write are one atomic step. */
  ANNOUNCE,
  /**
   * Reads may be answered from what was last read while the backend is away, if the store asks for
   * it (S13).
   */
  READ_FALLBACK,
  /** Reads may be answered from a copy whose age is bounded; {@link Reading#age()} says how old. */
  CACHED_READS,
  /** Expiry follows the clock of {@link ZealConfig}, so that a test may move it. */
  INJECTED_CLOCK
}
