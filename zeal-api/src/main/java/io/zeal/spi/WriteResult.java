package io.zeal.spi;

import io.zeal.ZealException;

/** What became of a {@link Write}. */
public sealed interface WriteResult {

  /** It happened. */
  WriteResult APPLIED = new Applied();

  /** Its condition did not hold, or there was no row to change; nothing happened. */
  WriteResult SKIPPED = new Skipped();

  /** It happened. A removal is applied if there was a row that had not expired. */
  record Applied() implements WriteResult {}

  /** Its condition did not hold, or there was no row to change; nothing happened. */
  record Skipped() implements WriteResult {}

  /** An addition happened; {@code bits} are the sum's, in the form of {@link Write.Add#bits()}. */
  record Added(long bits) implements WriteResult {}

  /**
   * One write of a call on many failed; its error carries the outcome. A single write throws
   * instead.
   */
  record Failed(ZealException error) implements WriteResult {}
}
