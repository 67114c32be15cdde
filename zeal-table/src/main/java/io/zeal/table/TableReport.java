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
              "Raise StoreOptions.withCapacity, give rows a time to live, or choose Overflow.EVICT."));
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
