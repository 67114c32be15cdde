package io.zeal.table;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import io.zeal.table.MachineMemory.Limit;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a table backend is told.
 *
 * @param memoryBytes what all stores and counters together may take
 * @param counters how many counters there may be
 * @param timeout how long a write waits for another one
 * @param hotRows how many rows of a store may be on the heap as well, below 16 for none
 * @param directory where the tables are that processes share; empty for the memory of this one
 */
record TableSettings(
    long memoryBytes, long counters, Duration timeout, Optional<Path> directory, long hotRows) {

  private static final long DEFAULT_MEMORY_BYTES = Runtime.getRuntime().maxMemory() / 2;

  /**
   * The most memory; half of the most the heap may take, unless it is set. It is memory beside the
   * heap, and no flag of the virtual machine bounds it.
   */
  static final Setting<Long> MEMORY =
      Setting.bytes("zeal.table.memory").withDefault(DEFAULT_MEMORY_BYTES);

  /** The most counters. */
  static final Setting<Long> COUNTERS =
      Setting.number("zeal.table.counters", 1, 1 << 24).withDefault(4096L);

  /** The deadline of a wait for another writer. */
  static final Setting<Duration> TIMEOUT =
      Setting.duration("zeal.table.timeout").withDefault(Duration.ofSeconds(2));

  /** Where tables are that all processes of this host share which are given the same place. */
  static final Setting<String> DIRECTORY = Setting.text("zeal.table.directory");

  /** How many rows of each store may be on the heap as well, for whoever reads them again. */
  static final Setting<Long> HOT_ROWS =
      Setting.number("zeal.table.hot-rows", 0, 1 << 30).withDefault(1L << 19);

  static List<Setting<?>> all() {
    return List.of(MEMORY, COUNTERS, TIMEOUT, DIRECTORY, HOT_ROWS);
  }

  static TableSettings of(BackendContext context) {
    long memoryBytes = context.setting(MEMORY);
    if (memoryBytes != DEFAULT_MEMORY_BYTES) {
      requireThere(memoryBytes, MachineMemory.limit(Path.of("/")));
    }
    return new TableSettings(
        memoryBytes,
        context.setting(COUNTERS),
        context.setting(TIMEOUT),
        context.optionalSetting(DIRECTORY).map(TableSettings::path),
        context.setting(HOT_ROWS));
  }

  /** The directory that a text names. */
  static Path path(String text) {
    if (text.isBlank()) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "Setting "
              + DIRECTORY.key()
              + " is empty. Name a directory, or leave the setting out for a table of this process"
              + " alone.");
    }
    try {
      return Path.of(text).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "Setting " + DIRECTORY.key() + " is no path: " + e.getMessage() + ". Name a directory.",
          e);
    }
  }

  /**
   * What is set by hand has to be there; the default follows the heap, and that is the virtual
   * machine's business.
   */
  private static void requireThere(long memoryBytes, Optional<Limit> limit) {
    if (limit.isPresent() && memoryBytes > limit.get().bytes()) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "Setting zeal.table.memory is "
              + memoryBytes
              + " bytes, and this process can have at most "
              + limit.get().bytes()
              + " ("
              + limit.get().source()
              + "), heap included. Set it lower.");
    }
  }

  long timeoutNanos() {
    return timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0
        ? Long.MAX_VALUE
        : timeout.toNanos();
  }
}
