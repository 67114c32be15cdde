package io.zeal.table;

import io.zeal.ZealClosedException;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The memory of a backend and whether it is still there. Closing does not wait for calls: one that
 * is under way meets {@link IllegalStateException} at its next access, which {@link #translate}
 * turns into what callers are promised.
 */
final class TableLife {

  private final Arena arena = Arena.ofShared();
  private final AtomicBoolean closed = new AtomicBoolean();

  Arena arena() {
    return arena;
  }

  boolean isClosed() {
    return closed.get();
  }

  /**
   * Refuses to go on once closed.
   *
   * @throws ZealClosedException if so
   */
  void requireOpen() {
    if (closed.get()) {
      throw closedException();
    }
  }

  /** What to throw for {@code cause}: closed, if that is why. */
  RuntimeException translate(IllegalStateException cause) {
    if (!closed.get()) {
      return cause;
    }
    ZealClosedException exception = closedException();
    exception.addSuppressed(cause);
    return exception;
  }

  private static ZealClosedException closedException() {
    return new ZealClosedException("The backend 'table' is closed. Open a new Zeal instance.");
  }

  /** Frees the memory; the first call does, others do nothing. */
  void close() {
    if (closed.compareAndSet(false, true)) {
      arena.close();
    }
  }
}
