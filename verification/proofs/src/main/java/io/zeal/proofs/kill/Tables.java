package io.zeal.proofs.kill;

import io.zeal.Counter;
import io.zeal.CounterOptions;
import io.zeal.Overflow;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The stores and counters of a directory, each for one kind of promise. */
final class Tables implements AutoCloseable {

  /** Processes that use a directory at a time, but for those that only look. */
  static final int SLOTS = 5;

  /** The most rows there can ever be of the keys that {@link Traffic} knows: never one too many. */
  static final int ROWS = Journal.TOTALS + Journal.RACES + SLOTS * Journal.HANDS * Journal.OWN;

  static final int BRIEF_ROWS = 40;
  static final int CROWD_ROWS = 24;
  static final int SWEPT_ROWS = 32;
  static final Duration BRIEF_TTL = Duration.ofMillis(20);

  private static final StoreOptions WHOLE = StoreOptions.defaults().withCapacity(ROWS);
  private static final StoreOptions BRIEF =
      StoreOptions.defaults().withCapacity(BRIEF_ROWS).withTtl(BRIEF_TTL);
  private static final StoreOptions CROWD =
      StoreOptions.defaults().withCapacity(CROWD_ROWS).withOverflow(Overflow.EVICT);
  private static final StoreOptions SWEPT = StoreOptions.defaults().withCapacity(SWEPT_ROWS);

  /** How many counters there may be. */
  static final int COUNTERS = 8;

  private final Zeal zeal;

  /** Rows that stay, with room for every key, and none to spare. */
  final Store<Card> rows;

  /** Rows that expire. */
  final Store<Card> brief;

  /** Rows that give way, some of which expire before. */
  final Store<Card> crowd;

  /** Rows that are cleared. */
  final Store<Card> swept;

  final Counter plain;
  final Counter windowed;

  private Tables(Zeal zeal) {
    this.zeal = zeal;
    this.rows = zeal.store("rows", Card.SCHEMA, WHOLE);
    this.brief = zeal.store("brief", Card.SCHEMA, BRIEF);
    this.crowd = zeal.store("crowd", Card.SCHEMA, CROWD);
    this.swept = zeal.store("swept", Card.SCHEMA, SWEPT);
    this.plain = zeal.counter("plain");
    this.windowed =
        zeal.counter("windowed", CounterOptions.defaults().expiringAfter(Duration.ofHours(1)));
  }

  /**
   * Those of a directory, which are made if they are not there.
   *
   * @param timeout how long a write waits for another
   */
  static Tables open(Path directory, Duration timeout) {
    Zeal zeal =
        Zeal.open(
            ZealConfig.builder()
                .set("zeal.backend", "table")
                .set("zeal.table.directory", directory.toString())
                .set("zeal.table.counters", Integer.toString(COUNTERS))
                .set("zeal.table.memory", "16m")
                .set("zeal.table.timeout", timeout.toMillis() + "ms")
                .build());
    try {
      return new Tables(zeal);
    } catch (RuntimeException e) {
      zeal.close();
      throw e;
    }
  }

  /** Every store and what it is opened with. */
  static Map<String, StoreOptions> options() {
    return Map.of("rows", WHOLE, "brief", BRIEF, "crowd", CROWD, "swept", SWEPT);
  }

  static String total(int number) {
    return "total-" + number;
  }

  static String race(int number) {
    return "race-" + number;
  }

  /** A key that only one hand of one slot changes. */
  static String own(int slot, int hand, int number) {
    return "own-" + slot + "-" + hand + "-" + number;
  }

  @Override
  public void close() {
    zeal.close();
  }
}
