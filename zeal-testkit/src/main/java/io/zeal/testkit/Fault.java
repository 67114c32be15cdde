package io.zeal.testkit;

/** What {@link Chaos} injects, and what {@link Chaos#injected(Fault)} counts. */
public enum Fault {
  /** A call took longer. */
  LATENCY,
  /** A call, or one key of a call on many, ended in {@code BackendUnavailableException}. */
  UNAVAILABLE,
  /** A call, or one key of a call on many, ended in {@code OperationTimeoutException}. */
  TIMEOUT,
  /** A call, or one key of a call on many, ended in {@code ServerRefusedException}. */
  REFUSAL,
  /** As {@link #UNAVAILABLE}, because of a partition. */
  PARTITION,
  /** A message was not handed over, and the subscriber was told of a gap; or a partition ate it. */
  DROP,
  /** A message was not handed over, and nobody was told. */
  SILENT_DROP,
  /** A message was handed over once more. */
  DUPLICATE,
  /** A message was handed over behind one that was published later. */
  REORDER
}
