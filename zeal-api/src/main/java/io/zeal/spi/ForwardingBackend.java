package io.zeal.spi;

import io.zeal.BackendInfo;
import io.zeal.Finding;
import io.zeal.Scripts;
import io.zeal.Stats;
import java.util.List;
import java.util.Objects;

/**
 * Passes everything on; a decorator extends it and overrides what it is about. Capabilities stay
 * the delegate's.
 *
 * <p>What it hands out is the delegate's own: who is about rows or counters overrides {@link #rows}
 * and {@link #counters} to put a {@link ForwardingRows} or {@link ForwardingCounters} of its own
 * around them. {@code DecoratorTck} of {@code zeal-tck} checks that a decorator passes on
 * everything.
 */
public class ForwardingBackend implements Backend {

  private final Backend delegate;

  /** Passes on to {@code delegate}. */
  public ForwardingBackend(Backend delegate) {
    this.delegate = Objects.requireNonNull(delegate, "delegate");
  }

  /** What this passes on to. */
  protected final Backend delegate() {
    return delegate;
  }

  @Override
  public BackendInfo info() {
    return delegate.info();
  }

  @Override
  public <R> Rows<R> rows(StoreSpec<R> spec) {
    return delegate.rows(spec);
  }

  @Override
  public Counters counters() {
    return delegate.counters();
  }

  @Override
  public Messaging messaging() {
    return delegate.messaging();
  }

  @Override
  public Scripts scripts() {
    return delegate.scripts();
  }

  @Override
  public Stats stats() {
    return delegate.stats();
  }

  @Override
  public List<Finding> inspect() {
    return delegate.inspect();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
