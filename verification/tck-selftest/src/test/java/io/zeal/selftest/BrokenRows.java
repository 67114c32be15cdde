package io.zeal.selftest;

import io.zeal.BulkResult;
import io.zeal.ColumnType;
import io.zeal.Entry;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Row;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Rows that pass through the hooks of a {@link Breakage}, with what hooks need at hand. */
final class BrokenRows extends ByWrite {

  /** What attachments to one store share. */
  static final class Memory {
    /** Free for hooks. */
    final Map<String, Object> notes = new ConcurrentHashMap<>();

    /** Keys that a single write stored, whatever became of them. */
    final Map<String, Boolean> everStored = new ConcurrentHashMap<>();

    final AtomicInteger writing = new AtomicInteger();
    final AtomicInteger drift = new AtomicInteger();
  }

  private final Breakage breakage;
  private final InstantSource clock;
  final Memory memory;

  BrokenRows(Rows<Object> rows, Breakage breakage, InstantSource clock, Memory memory) {
    super(rows);
    this.breakage = concerns(breakage, rows) ? breakage : Breakage.none();
    this.clock = clock;
    this.memory = memory;
  }

  // For hooks.

  /** The rows that are not broken. */
  Rows<Object> real() {
    return delegate();
  }

  long now() {
    return clock.millis();
  }

  boolean everStored(String key) {
    return memory.everStored.containsKey(key);
  }

  /** Long enough for another thread to get in between. */
  static void pause() {
    LockSupport.parkNanos(20_000);
  }

  static void pause(Duration duration) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < duration.toNanos()) {
      LockSupport.parkNanos(duration.toNanos());
    }
  }

  Optional<Reading<Object>> reading(String key) {
    return real().read(key, ReadOptions.defaults());
  }

  @Nullable Row row(String key) {
    return real().get(key).map(this::row).orElse(null);
  }

  Row row(Object record) {
    return Row.copyOf(spec().schema(), spec().mapper().source(record));
  }

  Object record(Row row) {
    return spec().mapper().read(row);
  }

  ColumnType type(int column) {
    return spec().schema().column(column).type();
  }

  boolean has(ColumnType type) {
    return spec().schema().columns().stream().anyMatch(column -> column.type() == type);
  }

  int columns() {
    return spec().schema().columns().size();
  }

  int first(ColumnType type) {
    int column = 0;
    while (type(column) != type) {
      column++;
    }
    return column;
  }

  /** Sets the first column of a type in a row that is there, if it is of the schema. */
  void set(String key, ColumnType type, Object value) {
    if (has(type)) {
      real()
          .write(
              new Write.Patch<>(
                  key, List.of(new Write.Change(first(type), value)), new Condition.Present<>()));
    }
  }

  WriteResult put(String key, Object record, long ttlMillis) {
    return real().write(new Write.Put<>(key, record, ttlMillis, new Condition.Always<>()));
  }

  /**
   * Most hooks read the row they are about, which the one record that refuses rows does not let
   * them: its store is broken only for the rule about it.
   */
  private static boolean concerns(Breakage breakage, Rows<Object> rows) {
    return !rows.spec().schema().type().getSimpleName().equals("Picky")
        || breakage.tests.stream().anyMatch(test -> test.startsWith("s1_7_"));
  }

  // The hooks.

  @Override
  public WriteResult write(Write<Object> write) {
    memory.writing.incrementAndGet();
    try {
      var hook = breakage.hook(Breakage.OnWrite.class);
      WriteResult result = hook.isPresent() ? hook.get().write(this, write) : real().write(write);
      if ((write instanceof Write.Put || write instanceof Write.Add)
          && !(result instanceof WriteResult.Skipped)) {
        memory.everStored.put(write.key(), true);
      }
      return result;
    } finally {
      memory.writing.decrementAndGet();
    }
  }

  @Override
  public List<WriteResult> writeAll(List<Write<Object>> writes) {
    writes.forEach(write -> {
      if (write instanceof Write.Put) {
        memory.everStored.put(write.key(), true);
      }
    });
    var hook = breakage.hook(Breakage.OnWrites.class);
    return hook.isPresent() ? hook.get().write(this, writes) : real().writeAll(writes);
  }

  @Override
  public Optional<Reading<Object>> read(String key, ReadOptions options) {
    var hook = breakage.hook(Breakage.OnRead.class);
    return hook.isPresent() ? hook.get().read(this, key, options) : real().read(key, options);
  }

  // What Rows builds from read goes through its hook here too, past what the real rows do better.

  @Override
  public Optional<Object> get(String key) {
    return read(key, ReadOptions.defaults()).map(Reading::value);
  }

  @Override
  public boolean contains(String key) {
    var hook = breakage.hook(Breakage.OnContains.class);
    return hook.isPresent()
        ? hook.get().contains(this, key)
        : read(key, ReadOptions.maxStaleness(Duration.ZERO)).isPresent();
  }

  @Override
  public OptionalLong number(String key, int column) {
    var hook = breakage.hook(Breakage.OnNumber.class);
    return hook.isPresent() ? hook.get().number(this, key, column) : numberRead(key, column);
  }

  private OptionalLong numberRead(String key, int column) {
    return get(key)
        .map(row -> OptionalLong.of(spec().mapper().number(row, column)))
        .orElseGet(OptionalLong::empty);
  }

  @Override
  public Optional<String> text(String key, int column) {
    return get(key).map(row -> spec().mapper().text(row, column));
  }

  @Override
  public Optional<byte[]> bytes(String key, int column) {
    var hook = breakage.hook(Breakage.OnBytes.class);
    return hook.isPresent()
        ? hook.get().bytes(this, key, column)
        : get(key).map(row -> spec().mapper().bytes(row, column));
  }

  @Override
  public BulkResult<Object> getAll(Collection<String> keys) {
    var hook = breakage.hook(Breakage.OnGetAll.class);
    return hook.isPresent() ? BulkResult.of(hook.get().getAll(this, keys)) : real().getAll(keys);
  }

  @Override
  public long count() {
    var hook = breakage.hook(Breakage.OnCount.class);
    return hook.isPresent() ? hook.get().count(this) : real().count();
  }

  @Override
  public List<Entry<Object>> page(String after, int limit) {
    var hook = breakage.hook(Breakage.OnPage.class);
    return hook.isPresent() ? hook.get().page(this, after, limit) : real().page(after, limit);
  }

  @Override
  public void clear() {
    var hook = breakage.hook(Breakage.OnClear.class);
    if (hook.isPresent()) {
      hook.get().clear(this);
    } else {
      real().clear();
    }
  }
}
