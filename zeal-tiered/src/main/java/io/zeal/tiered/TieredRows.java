package io.zeal.tiered;

import io.zeal.BulkResult;
import io.zeal.Entry;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.ZealException;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the far level, read from a copy where {@link Fence} allows it. Writes, counts and pages
 * are the far level's; absence is never copied.
 */
final class TieredRows<R> implements Rows<R> {

  private final StoreSpec<R> spec;
  private final TieredStore store;
  private final Rows<R> far;
  private final Copies<R> copies;
  private final Fence fence;
  private final Heart heart;
  private final StoreNumbers numbers;
  private final long nearTtlNanos;

  TieredRows(StoreSpec<R> spec, TieredStore store, Rows<NearRow<R>> near, Rows<R> far) {
    this.spec = spec;
    this.store = store;
    this.far = far;
    this.fence = store.fence();
    this.heart = store.heart();
    this.numbers = store.numbers();
    this.nearTtlNanos = store.settings().nearTtl().toNanos();
    this.copies = new Copies<>(spec, store, near);
  }

  @Override
  public StoreSpec<R> spec() {
    return spec;
  }

  @Override
  public Optional<R> get(String key) {
    R copied = copied(key);
    return copied != null ? Optional.of(copied) : readWhole(key);
  }

  /** A row from a copy that may be served; null if there is none. */
  private @Nullable R copied(String key) {
    NearRow<R> copy = copies.find(key);
    if (copy == null || fence.age(copy, nearTtlNanos) == Fence.INVALID) {
      return null;
    }
    hit();
    return copy.value();
  }

  @Override
  public Optional<Reading<R>> read(String key, ReadOptions options) {
    long mostNanos = mostNanos(options);
    NearRow<R> copy = mostNanos > 0 ? copies.find(key) : null;
    if (copy != null) {
      long age = fence.age(copy, mostNanos);
      if (age != Fence.INVALID) {
        hit();
        return Optional.of(reading(copy, age));
      }
    }
    return readFar(key, options);
  }

  /** The age that a copy must not reach. */
  private long mostNanos(ReadOptions options) {
    Duration most = options.maxStaleness().orElse(null);
    if (most == null) {
      return nearTtlNanos;
    }
    return most.isZero() ? 0 : Math.min(Times.nanos(most) + 1, nearTtlNanos);
  }

  private static <R> Reading<R> reading(NearRow<R> copy, long age) {
    return Reading.fresh(copy.value(), copy.remaining(age)).withAge(Duration.ofNanos(age));
  }

  private void hit() {
    heart.use();
    numbers.hits.increment();
  }

  private void miss() {
    miss(nearTtlNanos);
  }

  /** Who may not be given a copy does not need them to be kept good. */
  private void miss(long mostNanos) {
    if (mostNanos > 0) {
      heart.use();
    }
    numbers.misses.increment();
  }

  private Optional<Reading<R>> readFar(String key, ReadOptions options) {
    miss(mostNanos(options));
    Copies.Ticket ticket = copies.ticket(key, far.bucketOf(key));
    Optional<Reading<R>> found = far.read(key, options);
    if (ticket != null && found.isPresent()) {
      copies.fill(key, ticket, found.get());
    }
    return found;
  }

  @Override
  public OptionalLong number(String key, int column) {
    R copied = copied(key);
    if (copied == null && !mayBeCopied(key)) {
      return far.number(key, column);
    }
    R row = copied == null ? readWhole(key).orElse(null) : copied;
    return row == null ? OptionalLong.empty() : OptionalLong.of(spec.mapper().number(row, column));
  }

  @Override
  public Optional<String> text(String key, int column) {
    R copied = copied(key);
    if (copied == null && !mayBeCopied(key)) {
      return far.text(key, column);
    }
    R row = copied == null ? readWhole(key).orElse(null) : copied;
    return row == null ? Optional.empty() : Optional.of(spec.mapper().text(row, column));
  }

  @Override
  public Optional<byte[]> bytes(String key, int column) {
    R copied = copied(key);
    if (copied == null && !mayBeCopied(key)) {
      return far.bytes(key, column);
    }
    R row = copied == null ? readWhole(key).orElse(null) : copied;
    return row == null ? Optional.empty() : Optional.of(spec.mapper().bytes(row, column));
  }

  /**
   * Whether the row of a column is read whole, to be copied for the next time; without a lease it
   * would not be, nor if it is known to be too long, and one column is less to send.
   */
  private boolean mayBeCopied(String key) {
    if (fence.isLeased(far.bucketOf(key)) && !copies.isTooLong(key)) {
      return true;
    }
    miss();
    return false;
  }

  /** Asks for the time to live only if there will be a copy to live as long. */
  private Optional<R> readWhole(String key) {
    miss();
    Copies.Ticket ticket = copies.ticket(key, far.bucketOf(key));
    if (ticket == null) {
      return far.get(key);
    }
    Optional<Reading<R>> found = far.read(key, ReadOptions.defaults());
    found.ifPresent(reading -> copies.fill(key, ticket, reading));
    return found.map(Reading::value);
  }

  @Override
  public boolean contains(String key) {
    return far.contains(key);
  }

  @Override
  public boolean containsCached(String key) {
    if (copied(key) != null) {
      return true;
    }
    return mayBeCopied(key) ? readWhole(key).isPresent() : far.contains(key);
  }

  @Override
  public long count() {
    return far.count();
  }

  @Override
  public List<Entry<R>> page(String after, int limit) {
    return far.page(after, limit);
  }

  @Override
  public BulkResult<R> getAll(Collection<String> keys) {
    BulkResult<Reading<R>> readings = readAll(keys, ReadOptions.defaults());
    Map<String, R> values = new LinkedHashMap<>();
    readings.values().forEach((key, reading) -> values.put(key, reading.value()));
    return new BulkResult<>(values, readings.failures());
  }

  /**
   * A copy that is found may end while the far level is asked for the others; so copies are looked
   * at again after each trip, and the clock last: what is returned is as old as it says.
   */
  @Override
  public BulkResult<Reading<R>> readAll(Collection<String> keys, ReadOptions options) {
    long mostNanos = mostNanos(options);
    Map<String, Reading<R>> found = new LinkedHashMap<>();
    Map<String, ZealException> failures = new LinkedHashMap<>();
    Set<String> missing = new LinkedHashSet<>();
    Map<String, NearRow<R>> copied = new LinkedHashMap<>();
    for (String key : keys) {
      NearRow<R> copy = mostNanos > 0 ? copies.find(key) : null;
      if (copy == null) {
        missing.add(key);
      } else {
        copied.put(key, copy);
      }
    }
    long now = copied.isEmpty() ? 0 : withoutEnded(copied, mostNanos, missing);
    while (!missing.isEmpty()) {
      readAllFar(missing, options, found, failures);
      missing.clear();
      now = copied.isEmpty() ? 0 : withoutEnded(copied, mostNanos, missing);
    }
    for (Map.Entry<String, NearRow<R>> entry : copied.entrySet()) {
      hit();
      NearRow<R> copy = entry.getValue();
      found.put(entry.getKey(), reading(copy, now - copy.readNanos()));
    }
    return new BulkResult<>(found, failures);
  }

  /**
   * Leaves the copies that may be served at the moment that is returned; the others are missing.
   */
  private long withoutEnded(
      Map<String, NearRow<R>> copied, long mostNanos, Collection<String> missing) {
    Map<String, Long> leases = new HashMap<>();
    copied.forEach((key, copy) -> leases.put(key, fence.leaseOf(copy)));
    long now = fence.nanos();
    leases.forEach((key, lease) -> {
      NearRow<R> copy = copied.get(key);
      if (copy != null
          && (lease == Fence.NONE || fence.age(copy, lease, now, mostNanos) == Fence.INVALID)) {
        copied.remove(key);
        missing.add(key);
      }
    });
    return now;
  }

  private void readAllFar(
      Collection<String> keys,
      ReadOptions options,
      Map<String, Reading<R>> found,
      Map<String, ZealException> failures) {
    Map<String, Copies.Ticket> tickets = new HashMap<>();
    for (String key : keys) {
      miss(mostNanos(options));
      Copies.Ticket ticket = copies.ticket(key, far.bucketOf(key));
      if (ticket != null) {
        tickets.put(key, ticket);
      }
    }
    BulkResult<Reading<R>> read = far.readAll(List.copyOf(keys), options);
    read.values()
        .forEach((key, reading) -> {
          Copies.Ticket ticket = tickets.get(key);
          if (ticket != null) {
            copies.fill(key, ticket, reading);
          }
          found.put(key, reading);
        });
    failures.putAll(read.failures());
  }

  @Override
  public WriteResult write(Write<R> write) {
    int slot = fence.slot(far.bucketOf(write.key()), KeyHash.of(write.key()));
    OwnPut put = mayBecomeACopy(write) ? store.steps().begin(slot) : null;
    WriteResult result;
    try {
      result = far.write(write);
    } catch (RuntimeException | Error e) {
      fence.bump(slot); // also for what the far level did not think of
      throw e;
    } finally {
      if (put != null) {
        store.steps().end(put);
      }
    }
    if (put != null
        && result instanceof WriteResult.Applied
        && write instanceof Write.Put<R>(String key, R row, long ttlMillis, var _)) {
      copies.own(key, put, row, ttlMillis);
    }
    return result;
  }

  /** A whole row with a known end; without a lease it would not be served. */
  private boolean mayBecomeACopy(Write<R> write) {
    return write instanceof Write.Put<R> put
        && put.ttlMillis() != Write.KEEP
        && fence.isLeased(far.bucketOf(put.key()));
  }

  @Override
  public List<WriteResult> writeAll(List<Write<R>> writes) {
    try {
      return far.writeAll(writes);
    } catch (RuntimeException | Error e) {
      store.flush();
      throw e;
    }
  }

  @Override
  public void clear() {
    try {
      far.clear();
    } catch (RuntimeException | Error e) {
      store.flush();
      throw e;
    }
  }

  @Override
  public int buckets() {
    return far.buckets();
  }

  @Override
  public int bucketOf(String key) {
    return far.bucketOf(key);
  }
}
