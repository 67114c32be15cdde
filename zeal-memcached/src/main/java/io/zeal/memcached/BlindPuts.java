package io.zeal.memcached;

import io.zeal.spi.Condition;
import io.zeal.spi.Write;

/**
 * Stores single rows whatever is there: the question for the epoch and the row behind it are one
 * request, with one wait. It is what {@link MemcachedWrites} does for many writes of all kinds,
 * without the bookkeeping of rounds.
 */
final class BlindPuts<R> {

  private final StoreOnServers<R> store;

  BlindPuts(StoreOnServers<R> store) {
    this.store = store;
  }

  /** Whether a write stores its row whatever is there. */
  static boolean isBlind(Write<?> write) {
    return write instanceof Write.Put<?>(var _, var _, long ttlMillis, Condition.Always<?> _)
        && ttlMillis != Write.KEEP;
  }

  /**
   * Stores the row.
   *
   * @return whether it is stored; not if it is long, if something has to be asked for before
   *     anything is sent, or if the epoch had ended before, so that nobody finds the row
   */
  boolean store(Write.Put<R> put, Deadline deadline) {
    int number = store.owner(put.key());
    Node node = store.node(number);
    Epoch epoch = store.epochs().known(number);
    if (epoch == null || !node.knowsLimits()) {
      return false;
    }
    String name = Keys.named(epoch.rows(), put.key());
    long expiryMillis = store.expiryMillis(put.ttlMillis());
    byte[] value = store.encode(epoch, put.key(), expiryMillis, store.form().row(put.row()));
    if (value.length > node.mostBytes(name)) {
      throw Errors.tooLarge(store.what(), value.length, node.mostBytes(name), node);
    }
    String asked = store.epochs().name();
    if (!Batches.canPut(asked, name, value)) {
      return false;
    }
    int seconds = StoreOnServers.seconds(expiryMillis, store.nowMillis());
    requireTime(deadline);
    Batches.Put sent = node.put(asked, name, value, seconds);
    Items items = answered(sent, node, deadline);
    return wasCurrent(epoch, number, items, deadline)
        && switch (sent.answer()) {
          case DONE -> true;
          case TOO_LARGE -> throw Errors.refusedAsTooLarge(store.what(), value.length, node);
          case OUT_OF_MEMORY -> throw Errors.outOfMemory(store.what(), node);
          case CONFLICT, ABSENT -> throw new IllegalStateException("a set has no condition");
        };
  }

  private void requireTime(Deadline deadline) {
    try {
      deadline.requireTime();
    } catch (ClientException e) {
      throw store.errors().beforeWrite(e, store.what());
    }
  }

  private Items answered(Batches.Put sent, Node node, Deadline deadline) {
    try {
      return deadline.await(sent, node.client());
    } catch (ClientException e) {
      sent.cancel(false); // what nobody waits for need not be sent
      throw store.errors().ofWrite(e, store.what());
    }
  }

  /** Whether the epoch was still the current one when the row arrived. */
  private boolean wasCurrent(Epoch epoch, int number, Items items, Deadline deadline) {
    try {
      return epoch.isSame(store.epochs().seen(number, items.first(), epoch, deadline));
    } catch (ClientException e) {
      throw store.errors().ofWrite(e.asSent(), store.what());
    }
  }
}
