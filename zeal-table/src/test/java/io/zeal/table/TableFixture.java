package io.zeal.table;

import io.zeal.CounterOptions;
import io.zeal.MaxBytes;
import io.zeal.Schema;
import io.zeal.StoreOptions;
import io.zeal.spi.Condition;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A backend for each test; afterwards the structure of every table it opened is checked. */
abstract class TableFixture {

  record Player(@MaxBytes(32) String name, long score) {}

  static final Schema<Player> PLAYER = Schema.of(Player.class, MethodHandles.lookup());
  static final Duration LIMIT = Duration.ofSeconds(30);

  final ManualClock clock = new ManualClock();
  final TableBackend backend = backend(64L << 20);
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory());
  private final java.util.Set<String> opened = new java.util.TreeSet<>();

  TableBackend backend(long memoryBytes) {
    return new TableBackend(
        new TableSettings(memoryBytes, 100, Duration.ofSeconds(5), Optional.empty(), 1 << 19),
        clock);
  }

  Rows<Player> rows(String name, StoreOptions options) {
    return rows(new StoreSpec<>(name, PLAYER, options, null));
  }

  <R> Rows<R> rows(StoreSpec<R> spec) {
    opened.add(spec.name());
    return backend.rows(spec);
  }

  CounterCell counter(String name, CounterOptions options) {
    return backend.counters().counter(new CounterSpec(name, options));
  }

  ExecutorService threads() {
    return threads;
  }

  static WriteResult put(Rows<Player> rows, String key, long score) {
    return put(rows, key, score, rows.spec().ttlMillis());
  }

  static WriteResult put(Rows<Player> rows, String key, long score, long ttlMillis) {
    return rows.write(
        new Write.Put<>(key, new Player("n" + score, score), ttlMillis, new Condition.Always<>()));
  }

  static WriteResult add(Rows<Player> rows, String key, long delta) {
    return new WriteResult.Added(rows.add(key, 1, delta));
  }

  static WriteResult remove(Rows<Player> rows, String key) {
    return rows.write(new Write.Remove<>(key, new Condition.Always<>()));
  }

  @AfterEach
  void structureIsWhole() throws InterruptedException {
    threads.shutdownNow();
    boolean ended = threads.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS);
    try {
      if (!ended) {
        throw new AssertionError("threads of the test did not end within " + LIMIT);
      }
      opened.forEach(name -> TableInspector.inspect(backend.table(name)));
      inspectCounters(backend);
    } finally {
      backend.close();
    }
  }

  /** Checks the counters' table, if there is one. */
  static void inspectCounters(TableBackend backend) {
    Table counters = ((TableCounters) backend.counters()).table();
    if (counters != null) {
      TableInspector.inspect(counters);
    }
  }
}
