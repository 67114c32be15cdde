package io.zeal.table;

import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import java.time.Duration;
import java.util.List;

/**
 * What a table backend is told.
 *
 * @param memoryBytes what all stores and counters together may take
 * @param counters how many counters there may be
 * @param timeout how long a call waits for another writer
 */
record TableSettings(long memoryBytes, long counters, Duration timeout) {

  /** The most memory; half of the most the heap may take, unless it is set. */
  static final Setting<Long> MEMORY =
      Setting.bytes("zeal.table.memory").withDefault(Runtime.getRuntime().maxMemory() / 2);

  /** The most counters. */
  static final Setting<Long> COUNTERS =
      Setting.number("zeal.table.counters", 1, 1 << 24).withDefault(4096L);

  /** The deadline of a wait for another writer. */
  static final Setting<Duration> TIMEOUT =
      Setting.duration("zeal.table.timeout").withDefault(Duration.ofSeconds(2));

  static List<Setting<?>> all() {
    return List.of(MEMORY, COUNTERS, TIMEOUT);
  }

  static TableSettings of(BackendContext context) {
    return new TableSettings(
        context.setting(MEMORY), context.setting(COUNTERS), context.setting(TIMEOUT));
  }

  long timeoutNanos() {
    return timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0
        ? Long.MAX_VALUE
        : timeout.toNanos();
  }
}
