package io.zeal.spi;

import io.zeal.BulkResult;
import io.zeal.Entry;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Passes every method on to the same method; a decorator extends it and overrides what it is about.
 *
 * <p>Every call that may do work goes through {@link #around}: overriding that one method is enough
 * to see, time, refuse or repeat all of them. {@link #spec}, {@link #checksKeys}, {@link #buckets}
 * and {@link #bucketOf} ask nobody and pass it by.
 *
 * <p>Who overrides {@link #write} alone does not see the increments of {@link #add}, nor the
 * changes of {@link #writeAll}.
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

  /**
   * Makes the call; override it for what is to happen around each one. Keep an override short, for
   * example by calling a longer method where it has something to do: then the compiler can put it
   * and {@code call} into the caller, and no object is made. It sees neither keys nor values.
   */
  protected <T> T around(Operation operation, Supplier<T> call) {
    return call.get();
  }

  @Override
  public StoreSpec<R> spec() {
    return delegate.spec();
  }

  @Override
  public boolean checksKeys() {
    return delegate.checksKeys();
  }

  @Override
  public Optional<Reading<R>> read(String key, ReadOptions options) {
    return around(Operation.READ, () -> delegate.read(key, options));
  }

  @Override
  public WriteResult write(Write<R> write) {
    return around(Operation.of(write), () -> delegate.write(write));
  }

  @Override
  public long add(String key, int column, long bits) {
    return around(Operation.INCREMENT, () -> delegate.add(key, column, bits));
  }

  @Override
  public long count() {
    return around(Operation.COUNT, delegate::count);
  }

  @Override
  public List<Entry<R>> page(String after, int limit) {
    return around(Operation.PAGE, () -> delegate.page(after, limit));
  }

  @Override
  public void clear() {
    var _ =
        around(
            Operation.CLEAR,
            () -> {
              delegate.clear();
              return true;
            });
  }

  @Override
  public Optional<R> get(String key) {
    return around(Operation.GET, () -> delegate.get(key));
  }

  @Override
  public boolean contains(String key) {
    return around(Operation.CONTAINS, () -> delegate.contains(key));
  }

  @Override
  public boolean containsCached(String key) {
    return around(Operation.CONTAINS, () -> delegate.containsCached(key));
  }

  @Override
  public OptionalLong number(String key, int column) {
    return around(Operation.READ_COLUMN, () -> delegate.number(key, column));
  }

  @Override
  public Optional<String> text(String key, int column) {
    return around(Operation.READ_COLUMN, () -> delegate.text(key, column));
  }

  @Override
  public Optional<byte[]> bytes(String key, int column) {
    return around(Operation.READ_COLUMN, () -> delegate.bytes(key, column));
  }

  @Override
  public BulkResult<Reading<R>> readAll(Collection<String> keys, ReadOptions options) {
    return around(Operation.READ_ALL, () -> delegate.readAll(keys, options));
  }

  @Override
  public BulkResult<R> getAll(Collection<String> keys) {
    return around(Operation.GET_ALL, () -> delegate.getAll(keys));
  }

  @Override
  public List<WriteResult> writeAll(List<Write<R>> writes) {
    return around(Operation.WRITE_ALL, () -> delegate.writeAll(writes));
  }

  @Override
  public int buckets() {
    return delegate.buckets();
  }

  @Override
  public int bucketOf(String key) {
    return delegate.bucketOf(key);
  }

  @Override
  public void announce(Announcement announcement) {
    var _ =
        around(
            Operation.ANNOUNCE,
            () -> {
              delegate.announce(announcement);
              return true;
            });
  }
}
