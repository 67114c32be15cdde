package io.zeal.spi;

import io.zeal.BulkResult;
import io.zeal.Entry;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Passes everything on; a decorator extends it and overrides what it is about.
 *
 * <p>Calls on one row that {@link Rows} builds from its verbs are left to those defaults and so go
 * through the verbs here: wrapping {@link #read} and {@link #write} is enough to see every one of
 * them. Calls on many keys are passed on, because only the backend can make them one trip: a
 * decorator overrides them too.
 */
public class ForwardingRows<R> implements Rows<R> {

  private final Rows<R> delegate;

  /** Passes on to {@code delegate}. */
  public ForwardingRows(Rows<R> delegate) {
    this.delegate = Objects.requireNonNull(delegate, "delegate");
  }

  /** What this passes on to. */
  protected final Rows<R> delegate() {
    return delegate;
  }

  @Override
  public StoreSpec<R> spec() {
    return delegate.spec();
  }

  @Override
  public Optional<Reading<R>> read(String key, ReadOptions options) {
    return delegate.read(key, options);
  }

  @Override
  public WriteResult write(Write<R> write) {
    return delegate.write(write);
  }

  @Override
  public long count() {
    return delegate.count();
  }

  @Override
  public List<Entry<R>> page(String after, int limit) {
    return delegate.page(after, limit);
  }

  @Override
  public void clear() {
    delegate.clear();
  }

  @Override
  public BulkResult<R> getAll(Collection<String> keys) {
    return delegate.getAll(keys);
  }

  @Override
  public List<WriteResult> writeAll(List<Write<R>> writes) {
    return delegate.writeAll(writes);
  }

  @Override
  public void announce(byte[] frame) {
    delegate.announce(frame);
  }
}
