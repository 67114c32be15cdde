package io.zeal.cache;

import io.zeal.BackendInfo;
import io.zeal.BulkResult;
import io.zeal.Capability;
import io.zeal.Entry;
import io.zeal.Finding;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Row;
import io.zeal.Schema;
import io.zeal.Stats;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.Setting;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a server would be: rows on the heap that several instances share, which can do as much as it
 * is told to, and at the least read and write under a condition. Safe for concurrent use; every
 * call is one step.
 */
final class HeapServer implements BackendProvider {

  /** A call on its way to the rows: "read", or the simple name of a {@link Write}, and its key. */
  record Call(String what, String key) {}

  private record Held(Row row, long expireAt) {}

  private static final class Table {
    final Row zeros;
    final Map<String, Held> rows = new TreeMap<>();

    Table(StoreSpec<?> spec) {
      Schema.Builder columns = Schema.builder();
      spec.schema().columns().forEach(c -> columns.column(c.name(), c.type(), c.maxBytes()));
      zeros = Row.of(columns.build(), Map.of());
    }
  }

  private static final long NEVER = Long.MAX_VALUE;

  private final BackendInfo.Scope scope;
  private final Set<Capability> capabilities;
  private final Map<String, Table> tables = new HashMap<>(); // guarded by this
  private final AtomicLong calls = new AtomicLong();
  private volatile Consumer<Call> before = call -> {};
  private int buckets = 1;

  private HeapServer(BackendInfo.Scope scope, Set<Capability> capabilities) {
    this.scope = scope;
    this.capabilities = capabilities;
  }

  /** It reads and writes, and nothing else; its rows expire by the injected clock. */
  static HeapServer poor() {
    return new HeapServer(BackendInfo.Scope.CLUSTER, EnumSet.of(Capability.INJECTED_CLOCK));
  }

  /** It can do all that a cache has a use for. */
  static HeapServer rich() {
    return new HeapServer(BackendInfo.Scope.CLUSTER, everything());
  }

  /** As {@link #rich}, and nobody else has its rows. */
  static HeapServer local() {
    return new HeapServer(BackendInfo.Scope.PROCESS, everything());
  }

  /**
   * As {@link #rich}, with copies that each instance has for itself and that nobody ends but its
   * own writes: as old as copies may ever be.
   */
  static HeapServer copying() {
    HeapServer server = rich();
    server.capabilities.add(Capability.CACHED_READS);
    return server;
  }

  /** As {@link #poor}, with many buckets, each of which may go back by itself. */
  static HeapServer cluster(int buckets) {
    HeapServer server = poor();
    server.buckets = buckets;
    return server;
  }

  private int bucketOf(String key) {
    return Math.floorMod((key.hashCode() * 0x9E3779B9) >>> 8, buckets);
  }

  private static Set<Capability> everything() {
    return EnumSet.of(
        Capability.COUNT, Capability.EXACT_COUNT, Capability.CLEAR, Capability.INJECTED_CLOCK);
  }

  /** Opens an instance on it. */
  Zeal open(ZealConfig.Builder config) {
    return Zeal.open(config.backend(this).build());
  }

  /** Runs {@code action} before each step, in the caller's thread; it may throw. */
  void beforeEach(Consumer<Call> action) {
    before = action;
  }

  /** How many calls it got; a call on many rows counts once. */
  long calls() {
    return calls.get();
  }

  /** Loses the rows that {@code lost} picks, as a server that evicts. */
  synchronized void lose(Function<String, Boolean> lost) {
    tables.values().forEach(table -> table.rows.keySet().removeIf(lost::apply));
  }

  /**
   * What there is now; run, it brings the server back to that, as a restart from a snapshot does.
   */
  Runnable snapshot() {
    return snapshot(key -> true);
  }

  /** That of one bucket, as of a node of a cluster. */
  Runnable snapshotOf(int bucket) {
    return snapshot(key -> bucketOf(key) == bucket);
  }

  private synchronized Runnable snapshot(Predicate<String> of) {
    Map<Table, Map<String, Held>> all = new HashMap<>();
    tables
        .values()
        .forEach(table -> {
          Map<String, Held> rows = new TreeMap<>(table.rows);
          rows.keySet().removeIf(of.negate());
          all.put(table, rows);
        });
    return () -> {
      synchronized (this) {
        all.forEach((table, rows) -> {
          table.rows.keySet().removeIf(of);
          table.rows.putAll(rows);
        });
      }
    };
  }

  /** Changes the first column, of bytes, of the rows that {@code damaged} picks. */
  synchronized void damage(Function<String, Boolean> damaged, byte[] bytes) {
    tables
        .values()
        .forEach(table ->
            table.rows.replaceAll((key, held) ->
                damaged.apply(key) ? new Held(held.row.with(0, bytes), held.expireAt) : held));
  }

  @Override
  public String name() {
    return "heap";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Backend open(BackendContext context) {
    return new Instance(context.clock());
  }

  private synchronized Table table(StoreSpec<?> spec) {
    return tables.computeIfAbsent(spec.name(), name -> new Table(spec));
  }

  private final class Instance implements Backend {

    private final InstantSource clock;
    private volatile boolean closed;

    Instance(InstantSource clock) {
      this.clock = clock;
    }

    @Override
    public BackendInfo info() {
      return new BackendInfo("heap", scope, capabilities, Map.of());
    }

    @Override
    public <R> Rows<R> rows(StoreSpec<R> spec) {
      return new HeapRows<>(spec, table(spec), this);
    }

    @Override
    public Stats stats() {
      return Stats.of("heap", Map.of());
    }

    @Override
    public List<Finding> inspect() {
      return List.of();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final class HeapRows<R> implements Rows<R> {

    private final StoreSpec<R> spec;
    private final Table table;
    private final Instance instance;
    private final Map<String, Reading<R>> copies = new ConcurrentHashMap<>();

    HeapRows(StoreSpec<R> spec, Table table, Instance instance) {
      this.spec = spec;
      this.table = table;
      this.instance = instance;
    }

    @Override
    public StoreSpec<R> spec() {
      return spec;
    }

    @Override
    public int buckets() {
      return buckets;
    }

    @Override
    public int bucketOf(String key) {
      return HeapServer.this.bucketOf(key);
    }

    private <T> T step(String what, String key, Supplier<T> action) {
      before.accept(new Call(what, key));
      if (instance.closed) {
        throw new ZealClosedException("Backend 'heap' is closed. Open another Zeal.");
      }
      synchronized (HeapServer.this) {
        return action.get();
      }
    }

    private @Nullable Held held(String key) {
      Held held = table.rows.get(key);
      return held == null || held.expireAt < instance.clock.millis() ? null : held;
    }

    @Override
    public Optional<Reading<R>> read(String key, ReadOptions options) {
      calls.incrementAndGet();
      return readOne(key, options);
    }

    private Optional<Reading<R>> readOne(String key, ReadOptions options) {
      boolean mayBeACopy =
          capabilities.contains(Capability.CACHED_READS) && options.maxStaleness().isEmpty();
      Reading<R> copy = mayBeACopy ? copies.get(key) : null;
      if (copy != null) {
        return Optional.of(copy);
      }
      Optional<Reading<R>> read = readOne(key);
      read.ifPresent(reading -> copies.put(key, reading));
      return read;
    }

    private Optional<Reading<R>> readOne(String key) {
      return step(
          "read",
          key,
          () -> {
            Held held = held(key);
            if (held == null) {
              return Optional.empty();
            }
            long left = held.expireAt - instance.clock.millis();
            Duration remaining = held.expireAt == NEVER ? null : Duration.ofMillis(left);
            return Optional.of(Reading.fresh(spec.read(key, held.row), remaining));
          });
    }

    @Override
    public BulkResult<Reading<R>> readAll(Collection<String> keys, ReadOptions options) {
      calls.incrementAndGet();
      Map<String, Reading<R>> found = new HashMap<>();
      Map<String, ZealException> failed = new HashMap<>();
      for (String key : keys) {
        try {
          readOne(key, options).ifPresent(reading -> found.put(key, reading));
        } catch (ZealException e) {
          failed.put(key, e);
        }
      }
      return new BulkResult<>(found, failed);
    }

    @Override
    public BulkResult<R> getAll(Collection<String> keys) {
      BulkResult<Reading<R>> read = readAll(keys, ReadOptions.defaults());
      Map<String, R> found = new HashMap<>();
      read.values().forEach((key, reading) -> found.put(key, reading.value()));
      return new BulkResult<>(found, read.failures());
    }

    @Override
    public WriteResult write(Write<R> write) {
      calls.incrementAndGet();
      return writeOne(write);
    }

    @Override
    public List<WriteResult> writeAll(List<Write<R>> writes) {
      calls.incrementAndGet();
      List<WriteResult> results = new ArrayList<>();
      for (Write<R> write : writes) {
        try {
          results.add(writeOne(write));
        } catch (ZealException e) {
          results.add(new WriteResult.Failed(e));
        }
      }
      return results;
    }

    private WriteResult writeOne(Write<R> write) {
      copies.remove(write.key());
      return step(
          write.getClass().getSimpleName(),
          write.key(),
          () -> {
            Held held = held(write.key());
            return holds(write.condition(), held) ? change(write, held) : WriteResult.SKIPPED;
          });
    }

    private boolean holds(Condition<R> condition, @Nullable Held held) {
      return switch (condition) {
        case Condition.Always<R> _ -> true;
        case Condition.Absent<R> _ -> held == null;
        case Condition.Present<R> _ -> held != null;
        case Condition.RowEquals<R>(R expected) -> held != null && held.row.equals(row(expected));
        case Condition.ColumnEquals<R>(int column, Object expected) ->
            held != null && held.row.with(column, expected).equals(held.row);
      };
    }

    private WriteResult change(Write<R> write, @Nullable Held held) {
      return switch (write) {
        case Write.Put<R>(var key, var row, long ttl, var _) -> keep(key, row(row), ttl, held);
        case Write.Add<R>(var key, int column, long bits, var _) -> {
          Row old = held == null ? table.zeros : held.row;
          long sum = spec.sum(column, old.number(column), bits);
          keep(key, old.with(column, sum), held == null ? spec.ttlMillis() : Write.KEEP, held);
          yield new WriteResult.Added(sum);
        }
        case Write<R> change when held == null -> WriteResult.SKIPPED;
        case Write.Patch<R>(var key, var changes, var _) -> {
          Row row = held.row;
          for (Write.Change change : changes) {
            row = row.with(change.column(), change.value());
          }
          yield keep(key, row, Write.KEEP, held);
        }
        case Write.Touch<R>(var key, long ttl, var _) -> keep(key, held.row, ttl, held);
        case Write.Remove<R>(var key, var _) -> {
          table.rows.remove(key);
          yield WriteResult.APPLIED;
        }
      };
    }

    private WriteResult keep(String key, Row row, long ttl, @Nullable Held held) {
      long expireAt =
          ttl == Write.KEEP && held != null
              ? held.expireAt
              : ttl > 0 ? instance.clock.millis() + ttl : NEVER;
      table.rows.put(key, new Held(row, expireAt));
      return WriteResult.APPLIED;
    }

    private Row row(R record) {
      return Row.copyOf(table.zeros.schema(), spec.mapper().source(record));
    }

    @Override
    public long count() {
      require(Capability.COUNT);
      return step("count", "", () -> (long) table.rows.size());
    }

    @Override
    public List<Entry<R>> page(String after, int limit) {
      throw missing(Capability.PAGE);
    }

    @Override
    public void clear() {
      require(Capability.CLEAR);
      step(
          "clear",
          "",
          () -> {
            table.rows.clear();
            return true;
          });
    }

    private void require(Capability capability) {
      if (!capabilities.contains(capability)) {
        throw missing(capability);
      }
    }

    private UnsupportedCapabilityException missing(Capability capability) {
      return new UnsupportedCapabilityException(capability, "The heap has no " + capability + ".");
    }
  }
}
