package io.zeal.cache;

import io.zeal.ZealException;
import org.jspecify.annotations.Nullable;

/** What a look at a key found. */
sealed interface Found {

  /**
   * An entry that nothing has invalidated.
   *
   * @param remainingMillis what is left of its life: {@link #FOREVER}, {@link #FRESH}, or below
   *     zero for how long it is stale
   */
  record Live(Entry entry, Tier tier, long remainingMillis, Ticket ticket) implements Found {

    boolean isFresh() {
      return remainingMillis >= 0;
    }

    /** For how long it has been stale. */
    long staleMillis() {
      return Math.max(0, -remainingMillis);
    }
  }

  /** Nothing that may be served. */
  record Nothing(Ticket ticket) implements Found {}

  /** Nobody knows: the backend could not be asked, and no other tier has it. */
  record Unknown(ZealException cause) implements Found {}

  /** The life of what does not expire. */
  long FOREVER = Long.MAX_VALUE;

  /** The life of what is fresh, where it was not asked for how long. */
  long FRESH = FOREVER - 1;

  /** What is left of an entry's life, of what is left of the tier's time to live. */
  static long fresh(long physicalMillis, Entry entry) {
    return physicalMillis == FOREVER ? FOREVER : physicalMillis - entry.maxStaleMillis();
  }

  /** What a value computed now has to present; null if the backend could not be asked. */
  default @Nullable Ticket ticketOrNull() {
    return switch (this) {
      case Live live -> live.ticket();
      case Nothing nothing -> nothing.ticket();
      case Unknown unknown -> null;
    };
  }
}
