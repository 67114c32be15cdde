package io.zeal.memcached;

import io.zeal.BulkResult;
import io.zeal.Capability;
import io.zeal.Entry;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.ZealException;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One store, as its callers see it. */
final class MemcachedRows<R> implements Rows<R> {

  private final StoreOnServers<R> store;
  private final MemcachedReads<R> reads;
  private final MemcachedWrites<R> writes;

  MemcachedRows(StoreOnServers<R> store) {
    this.store = store;
    this.reads = new MemcachedReads<>(store);
    this.writes = new MemcachedWrites<>(store);
  }

  @Override
  public StoreSpec<R> spec() {
    return store.spec();
  }

  @Override
  public Optional<R> get(String key) {
    StoredRow<R> row = reads.find(key);
    return row == null ? Optional.empty() : Optional.of(store.spec().read(key, row.cells()));
  }

  @Override
  public Optional<Reading<R>> read(String key, ReadOptions options) {
    StoredRow<R> row = reads.find(key);
    return row == null ? Optional.empty() : Optional.of(reading(key, row));
  }

  private Reading<R> reading(String key, StoredRow<R> row) {
    return Reading.fresh(store.spec().read(key, row.cells()), reads.remaining(row));
  }

  @Override
  public boolean contains(String key) {
    return reads.find(key) != null;
  }

  @Override
  public OptionalLong number(String key, int column) {
    StoredRow<R> row = reads.find(key);
    return row == null ? OptionalLong.empty() : OptionalLong.of(row.cells().number(column));
  }

  @Override
  public Optional<String> text(String key, int column) {
    StoredRow<R> row = reads.find(key);
    return row == null ? Optional.empty() : Optional.of(row.cells().text(column));
  }

  @Override
  public Optional<byte[]> bytes(String key, int column) {
    StoredRow<R> row = reads.find(key);
    return row == null ? Optional.empty() : Optional.of(row.cells().bytes(column));
  }

  @Override
  public BulkResult<R> getAll(Collection<String> keys) {
    return reads.findAll(keys, (key, row) -> store.spec().read(key, row.cells()));
  }

  @Override
  public BulkResult<Reading<R>> readAll(Collection<String> keys, ReadOptions options) {
    return reads.findAll(keys, this::reading);
  }

  @Override
  public WriteResult write(Write<R> write) {
    return writes.write(write);
  }

  @Override
  public List<WriteResult> writeAll(List<Write<R>> all) {
    return writes.writeAll(all);
  }

  @Override
  public long count() {
    throw cannot(Capability.COUNT, "count its rows");
  }

  @Override
  public List<Entry<R>> page(String after, int limit) {
    throw cannot(Capability.PAGE, "walk through its rows");
  }

  private UnsupportedCapabilityException cannot(Capability capability, String what) {
    return new UnsupportedCapabilityException(
        capability,
        store.what()
            + ": Memcached cannot list its keys, so the backend 'memcached' cannot "
            + what
            + ". Use table, redis or tiered.");
  }

  /**
   * A new epoch on every server, whatever number of rows there are. First it is looked at
   * everywhere, so that whatever stands in the way is met before anything is changed.
   */
  @Override
  public void clear() {
    store.errors().requireOpen(store.what());
    Deadline deadline = Deadline.in(store.timeout());
    List<@Nullable Item> found;
    try {
      found = store.epochs().lookAtAll(deadline);
    } catch (ClientException e) {
      throw store.errors().beforeWrite(e, store.what());
    }
    for (int node = 0; node < found.size(); node++) {
      try {
        deadline.requireTime();
        store.epochs().renew(node, found.get(node), deadline);
      } catch (ClientException e) {
        throw store.errors().ofWrite(node == 0 ? e : e.asSent(), store.what());
      } catch (ZealException e) {
        throw node == 0 ? e : Errors.cleared(store.what(), node, found.size(), e);
      }
    }
  }
}
