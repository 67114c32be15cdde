package io.zeal.benchmarks.table;

import net.openhft.chronicle.values.MaxUtf8Length;

/** The row as Chronicle Map wants it: it generates a class that lies on its off-heap bytes. */
public interface PlayerValue {

  /** The name. */
  CharSequence getName();

  /** Copies the name. */
  void setName(@MaxUtf8Length(32) CharSequence name);

  /** The number. */
  long getScore();

  /** Sets the number. */
  void setScore(long score);

  /** Adds atomically and returns the sum. */
  long addAtomicScore(long delta);
}
