package io.zeal.memcached;

import io.zeal.ZealException;
import io.zeal.spi.CounterChange;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A change of a counter by comparison and swap, and what became of it. Of one thread. */
final class Swap {

  private final MemcachedCounterCell cell;
  private final CounterChange change;
  private OptionalLong next = OptionalLong.empty();
  private long expiryMillis;
  private boolean ended;
  private @Nullable ZealException failure;

  Swap(MemcachedCounterCell cell, CounterChange change) {
    this.cell = cell;
    this.change = change;
  }

  MemcachedCounterCell cell() {
    return cell;
  }

  CounterChange change() {
    return change;
  }

  /** What it comes to if nobody comes between; nothing, and it has ended. */
  void decided(OptionalLong value, long expiry) {
    next = value;
    expiryMillis = expiry;
    ended = value.isEmpty();
  }

  void done() {
    ended = true;
    cell.lives(expiryMillis);
  }

  void fail(ZealException error) {
    failure = error;
    ended = true;
  }

  boolean hasEnded() {
    return ended;
  }

  /** The value after the change; empty if its condition did not hold. */
  OptionalLong resultOrThrow() {
    if (failure != null) {
      throw failure;
    }
    return next;
  }
}
