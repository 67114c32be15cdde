package io.zeal.tck;

import io.zeal.BackendInfo;
import io.zeal.BulkResult;
import io.zeal.Capability;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.spi.Backend;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.ForwardingRows;
import io.zeal.spi.Operation;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A remote backend whose stores do what a test says: they keep what is put, and each call meets the
 * behaviour of the moment first.
 */
final class Faults extends ForwardingBackend {

  /** A server that others share: without copies, and without what a decorator may add. */
  static final BackendInfo REMOTE =
      new BackendInfo(
          "tck-remote",
          BackendInfo.Scope.CLUSTER,
          EnumSet.complementOf(EnumSet.of(Capability.CACHED_READS, Capability.READ_FALLBACK)),
          Map.of());

  /** Below it; what is not about stores is answered there, and noted. */
  final Below below;

  /** What it says that it is. */
  volatile BackendInfo info = REMOTE;

  /** How many calls of stores came as far as the backend. */
  final AtomicInteger reached = new AtomicInteger();

  /** What a call meets: nothing, an error, or something to wait for. */
  volatile Runnable behaviour = () -> {};

  /** What a call on many keys answers in place of what it would. */
  volatile @Nullable BulkResult<?> bulk;

  /** What is there, by key. */
  final Map<String, Reading<?>> rows = new ConcurrentHashMap<>();

  Faults(Below below) {
    super(below.of(Backend.class));
    this.below = below;
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  @Override
  public <R> Rows<R> rows(StoreSpec<R> spec) {
    return new FaultyRows<>(delegate().rows(spec));
  }

  private final class FaultyRows<R> extends ForwardingRows<R> {

    FaultyRows(Rows<R> rows) {
      super(rows);
    }

    @Override
    protected <T> T around(Operation operation, Supplier<T> call) {
      reached.incrementAndGet();
      behaviour.run();
      return call.get();
    }

    @Override
    @SuppressWarnings("unchecked") // a test puts rows of the store that it reads
    public Optional<Reading<R>> read(String key, ReadOptions options) {
      return around(Operation.READ, () -> Optional.ofNullable((Reading<R>) rows.get(key)));
    }

    @Override
    public WriteResult write(Write<R> write) {
      return around(
          Operation.of(write),
          () -> {
            switch (write) {
              case Write.Put<R> put -> keep(put);
              default -> rows.remove(write.key());
            }
            return WriteResult.APPLIED;
          });
    }

    @Override
    public long add(String key, int column, long bits) {
      return around(
          Operation.INCREMENT,
          () -> {
            rows.remove(key);
            return bits;
          });
    }

    private void keep(Write.Put<R> put) {
      rows.put(put.key(), Reading.fresh(Objects.requireNonNull((Object) put.row()), null));
    }

    @Override
    public List<WriteResult> writeAll(List<Write<R>> writes) {
      return around(
          Operation.WRITE_ALL, () -> Collections.nCopies(writes.size(), WriteResult.APPLIED));
    }

    @Override
    @SuppressWarnings("unchecked") // as above
    public BulkResult<R> getAll(Collection<String> keys) {
      return around(
          Operation.GET_ALL, () -> bulk == null ? BulkResult.of(Map.of()) : (BulkResult<R>) bulk);
    }
  }
}
