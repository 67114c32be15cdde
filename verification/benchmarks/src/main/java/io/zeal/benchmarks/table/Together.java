package io.zeal.benchmarks.table;

import io.zeal.Store;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.values.Values;

/**
 * Rows that processes share, as one process has them.
 *
 * @param increment adds one to the row of a key
 * @param sum of the numbers in all rows
 */
record Together(ToLongFunction<String> increment, LongSupplier sum, Runnable end)
    implements AutoCloseable {

  /** Increments between two looks at the clock. */
  private static final int BATCH = 256;

  /** Who keeps the rows. */
  enum Kind {
    ZEAL,
    CHRONICLE
  }

  /** What was done, and how long it took. */
  record Worked(long increments, long nanos) {

    double perNano() {
      return (double) increments / nanos;
    }
  }

  /** With the rows that others have stored below {@code directory}, if they have. */
  static Together open(Kind kind, Path directory, Setting setting) throws IOException {
    return switch (kind) {
      case ZEAL -> of(ZealTable.openShared(directory, setting));
      case CHRONICLE -> of(Chronicle.open(directory.resolve("players"), setting));
    };
  }

  /** With rows that this process stores. */
  static Together openFilled(Kind kind, Path directory, Setting setting) throws IOException {
    return switch (kind) {
      case ZEAL -> of(ZealTable.openShared(directory, setting).filled(setting));
      case CHRONICLE ->
          of(Chronicle.filled(Chronicle.open(directory.resolve("players"), setting), setting));
    };
  }

  private static Together of(ZealTable table) {
    Store<Player> players = table.players();
    return new Together(
        key -> players.increment(key, ZealTable.SCORE, 1),
        () -> players.stream().mapToLong(entry -> entry.value().score()).sum(),
        table::close);
  }

  private static Together of(ChronicleMap<String, PlayerValue> map) {
    ThreadLocal<PlayerValue> values = Chronicle.references();
    return new Together(
        key -> Chronicle.increment(map, key, values.get()),
        () -> {
          PlayerValue value = Values.newHeapInstance(PlayerValue.class);
          long[] sum = {0};
          map.forEachEntry(entry -> sum[0] += entry.value().getUsing(value).getScore());
          return sum[0];
        },
        map::close);
  }

  /** Increments for about {@code length}. */
  Worked work(Picks picks, Duration length) {
    long begin = System.nanoTime();
    long increments = 0;
    long nanos;
    do {
      for (int i = 0; i < BATCH; i++) {
        var _ = increment.applyAsLong(picks.key());
      }
      increments += BATCH;
      nanos = System.nanoTime() - begin;
    } while (nanos < length.toNanos());
    return new Worked(increments, nanos);
  }

  @Override
  public void close() {
    end.run();
  }
}
