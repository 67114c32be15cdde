package io.zeal.table;

import io.zeal.Finding;
import io.zeal.Finding.Severity;
import io.zeal.Stats;
import java.util.List;
import java.util.Map;

/** What an operator is told about tables. */
final class TableReport {

  /** A store is nearly full. */
  static final String NEARLY_FULL = "ZEAL-F201";

  /** The memory of the backend is nearly taken. */
  static final String MEMORY_NEARLY_TAKEN = "ZEAL-F202";

  /** How much memory a store takes, and by which formula. */
  static final String FOOTPRINT = "ZEAL-F203";

  /** The file system of the tables that processes share is nearly full. */
  static final String DISK_NEARLY_FULL = "ZEAL-F204";

  /** That file system is smaller than what stores may take. */
  static final String DISK_TOO_SMALL = "ZEAL-F205";

  /** How the stores of caches are named, whose users know them by what is behind it. */
  private static final String CACHES = "zeal:cache:";

  private static final double NEARLY = 0.9;

  private TableReport() {}

  static Stats stats(Table table, HotRowsByType hotRows) {
    TableLayout layout = table.layout;
    return Stats.of(
        table.name,
        Map.ofEntries(
            Map.entry("rows", table.count()),
            Map.entry("capacity", layout.rows()),
            Map.entry("rowBytes", layout.rowBytes()),
            Map.entry("buckets", (long) layout.buckets()),
            Map.entry("memoryBytes", layout.memoryBytes()),
            Map.entry("committedBytes", table.committedBytes()),
            Map.entry("processes", (long) table.memory.processes.taken()),
            Map.entry("evictions", table.evictions()),
            Map.entry("expired", table.expired()),
            Map.entry("hotRows", hotRows.count()),
            Map.entry("hotRowsLimit", hotRows.most())));
  }

  static void inspect(Table table, List<Finding> findings) {
    findings.add(footprint(table));
    if (table.evicts) {
      return; // it is full most of the time
    }
    long rows = table.count();
    if (rows >= table.layout.rows() * NEARLY) {
      findings.add(
          new Finding(
              NEARLY_FULL,
              Severity.WARNING,
              "Store '" + table.name + "' holds " + rows + " of " + table.layout.rows() + " rows.",
              "Raise StoreOptions.withCapacity, give rows a time to live, or choose"
                  + " Overflow.EVICT."));
    }
  }

  private static Finding footprint(Table table) {
    boolean isCache = table.name.startsWith(CACHES);
    return new Finding(
        FOOTPRINT,
        Severity.INFO,
        (isCache ? "Cache '" + table.name.substring(CACHES.length()) : "Store '" + table.name)
            + "' takes "
            + table.layout
            + (isCache ? " in memory" : "")
            + " when it is full.",
        "Nothing, unless it is more than expected: then lower "
            + (isCache
                ? "zeal.cache.entries or zeal.cache.entry-bytes."
                : "the capacity, the key limit or the column limits."));
  }

  /**
   * Of a store that is open all room is taken, so that it is writable however full the file system
   * is: what is refused is the next one, if there may be one. Some file systems do not say how
   * large they are.
   */
  static void inspect(SharedDirectory.Room room, MemoryBudget budget, List<Finding> findings) {
    if (room.totalBytes() == 0) {
      return;
    }
    long mayBeTaken = budget.limitBytes() - budget.takenBytes();
    if (room.usableBytes() < room.totalBytes() * (1 - NEARLY) && room.usableBytes() < mayBeTaken) {
      findings.add(
          new Finding(
              DISK_NEARLY_FULL,
              Severity.WARNING,
              "The file system of "
                  + room.directory()
                  + " has "
                  + room.usableBytes()
                  + " of "
                  + room.totalBytes()
                  + " bytes left.",
              "Remove what nobody uses, or make it larger: stores that are not there yet may be"
                  + " refused."));
    }
    if (room.totalBytes() < budget.limitBytes()) {
      findings.add(
          new Finding(
              DISK_TOO_SMALL,
              Severity.WARNING,
              "Stores and counters may take "
                  + budget.limitBytes()
                  + " bytes (zeal.table.memory), and the file system of "
                  + room.directory()
                  + " has "
                  + room.totalBytes()
                  + " in all.",
              "Make it larger (/dev/shm in a container: --shm-size, 64 MB by default), name a"
                  + " directory elsewhere, or lower zeal.table.memory."));
    }
  }

  static void inspect(MemoryBudget budget, List<Finding> findings) {
    if (budget.takenBytes() >= budget.limitBytes() * NEARLY) {
      findings.add(
          new Finding(
              MEMORY_NEARLY_TAKEN,
              Severity.INFO,
              "Stores and counters take "
                  + budget.takenBytes()
                  + " of "
                  + budget.limitBytes()
                  + " bytes when they are full.",
              "Raise zeal.table.memory before opening more."));
    }
  }
}
