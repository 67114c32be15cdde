package io.zeal.memcached;

import io.zeal.ZealException;
import io.zeal.memcached.Client.Sum;
import io.zeal.spi.CounterChange;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A change of a counter by comparison and swap, unless the server was asked to add by itself and
 * could, and what became of it. Of one thread.
 */
final class Swap {

  private final MemcachedCounterCell cell;
  private final CounterChange change;
  private @Nullable CompletionStage<Sum> adding;
  private OptionalLong next = OptionalLong.empty();
  private long expiryMillis;
  private boolean ended;
  private @Nullable ZealException failure;

  /**
   * @param adding what the server was asked to add; null if it was not
   */
  Swap(MemcachedCounterCell cell, CounterChange change, @Nullable CompletionStage<Sum> adding) {
    this.cell = cell;
    this.change = change;
    this.adding = adding;
  }

  MemcachedCounterCell cell() {
    return cell;
  }

  CounterChange change() {
    return change;
  }

  /** What the server was asked to add; null if it was not, or could not. */
  @Nullable CompletionStage<Sum> adding() {
    return adding;
  }

  /** The server could not. */
  void notAdded() {
    adding = null;
  }

  /** The server could. */
  void added(long sum) {
    next = OptionalLong.of(sum);
    ended = true;
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
