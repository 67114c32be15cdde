package io.zeal.table;

import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all tables of a backend may take together. A table takes its whole size when it
 * is created.
 */
final class MemoryBudget {

  private final long limitBytes;
  private final AtomicLong takenBytes = new AtomicLong();

  MemoryBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  long limitBytes() {
    return limitBytes;
  }

  long takenBytes() {
    return takenBytes.get();
  }

  /**
   * Takes {@code bytes}.
   *
   * @throws CapacityException if they are not there; nothing was taken
   */
  void take(long bytes, String owner, String formula) {
    while (true) {
      long taken = takenBytes.get();
      if (bytes > limitBytes - taken) {
        throw new CapacityException(
            ErrorCode.OUT_OF_SPACE,
            owner
                + " takes "
                + formula
                + "; of "
                + limitBytes
                + " bytes (zeal.table.memory) "
                + (limitBytes - taken)
                + " are left. Nothing was created. Lower its capacity or raise zeal.table.memory.");
      }
      if (takenBytes.compareAndSet(taken, taken + bytes)) {
        return;
      }
    }
  }

  void giveBack(long bytes) {
    takenBytes.addAndGet(-bytes);
  }
}
