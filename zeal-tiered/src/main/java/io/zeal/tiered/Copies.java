package io.zeal.tiered;

import io.zeal.Reading;
import io.zeal.ZealException;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The copies of one view of a store: finds them, and makes those that may be made. */
final class Copies<R> {

  /** How generation, count and clock stood before the far level was asked. */
  record Ticket(int slot, long generation, long stripe, long nanos) {}

  private final Rows<NearRow<R>> near;
  private final Fence fence;
  private final StoreNumbers numbers;
  private final HotCopies<R> hot;
  private final TooLong<R> tooLong;
  private final long nearTtlNanos;
  private final long nearTtlMillis;

  Copies(StoreSpec<R> spec, TieredStore store, Rows<NearRow<R>> near) {
    this.near = near;
    this.fence = store.fence();
    this.numbers = store.numbers();
    this.hot = store.hotCopies(spec.schema());
    this.tooLong = new TooLong<>(spec.schema(), store.settings().nearValueBytes());
    this.nearTtlNanos = store.settings().nearTtl().toNanos();
    this.nearTtlMillis = Math.max(1, store.settings().nearTtl().toMillis());
  }

  /** A copy, which may not be good any more. */
  @Nullable NearRow<R> find(String key) {
    NearRow<R> copy = hot.find(key);
    return copy == null ? findNear(key) : copy;
  }

  private @Nullable NearRow<R> findNear(String key) {
    try {
      NearRow<R> copy = near.get(key).orElse(null);
      if (copy != null) {
        hot.keep(key, copy);
      }
      return copy;
    } catch (ZealException e) {
      numbers.nearFailures.increment(); // the far level answers, or says what is wrong
      return null;
    }
  }

  /** Whether the row was too long when it was read, and nothing was heard of it since. */
  boolean isTooLong(String key) {
    Ticket known = tooLong.find(key);
    return known != null
        && fence.generation(fence.bucketOfSlot(known.slot())) == known.generation()
        && fence.stripe(known.slot()) == known.stripe();
  }

  /** Null if there is no lease: what is read then is not served anyway. */
  @Nullable Ticket ticket(String key, int bucket) {
    if (!fence.isLeased(bucket)) {
      return null;
    }
    int slot = fence.slot(bucket, KeyHash.of(key));
    return new Ticket(slot, fence.generation(bucket), fence.stripe(slot), fence.nanos());
  }

  void fill(String key, Ticket ticket, Reading<R> reading) {
    if (reading.stale() || !reading.age().isZero()) {
      return; // not from where writes are visible
    }
    Duration remaining = reading.remaining().orElse(null);
    long left = remaining == null ? NearRow.NEVER : remaining.toMillis();
    NearRow<R> copy =
        new NearRow<>(
            reading.value(), ticket.slot, ticket.generation, ticket.stripe, ticket.nanos, left);
    if (tooLong.isTooLong(copy.value())) {
      tooLong.remember(key, ticket);
    }
    if (put(key, copy)) {
      numbers.fills.increment();
    } else {
      numbers.fillsRefused.increment();
    }
  }

  void own(String key, OwnPut put, R row, long ttlMillis) {
    if (put.isUndisturbed() && put(key, put.copy(row, ttlMillis))) {
      numbers.ownCopies.increment();
    } else {
      numbers.ownCopiesRefused.increment();
    }
  }

  /** Puts a copy, unless it is dead already: then it would only be in the way of a better one. */
  private boolean put(String key, NearRow<R> copy) {
    if (tooLong.isTooLong(copy.value())) {
      numbers.tooLong.increment();
      return false;
    }
    if (fence.age(copy, nearTtlNanos) == Fence.INVALID) {
      return false;
    }
    try {
      near.write(new Write.Put<>(key, copy, nearTtlMillis, new Condition.Always<>()));
      hot.keep(key, copy);
      return true;
    } catch (ZealException e) {
      numbers.nearFailures.increment();
      return false;
    }
  }
}
