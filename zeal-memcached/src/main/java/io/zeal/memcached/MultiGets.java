package io.zeal.memcached;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads of one server. Who finds no other under way goes at once; those who come meanwhile go
 * together when that one is back, each key once: the server answers a request for a hundred keys
 * with one send, and a hundred requests for one key with a hundred.
 *
 * <p>Nobody's read begins before the call that asks for it: a read that is under way is never
 * joined, since the server may have answered it already (S11.13). What a caller wants sent behind
 * its read is sent right behind it, on the same connection, so that the server answers the read
 * first.
 */
final class MultiGets {

  /** How many keys a request has at most when it is put together here. */
  private static final int MOST_KEYS = 255;

  private final Client client;
  private final AtomicLong merged;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Call> line = new ArrayDeque<>(); // guarded by lock
  private boolean busy; // guarded by lock

  /** Keys that wait, and their items to be. */
  private static final class Call extends CompletableFuture<Items> {

    final List<String> keys;
    final Runnable behind;

    Call(List<String> keys, Runnable behind) {
      this.keys = keys;
      this.behind = behind;
    }
  }

  /**
   * @param merged counts calls that went together with others
   */
  MultiGets(Client client, AtomicLong merged) {
    this.client = client;
    this.merged = merged;
  }

  /** The items of different keys. Who cancels it before it was sent has nothing sent. */
  CompletionStage<Items> get(List<String> keys) {
    return get(keys, () -> {});
  }

  /**
   * The same, and sends something behind it.
   *
   * @param behind sends; called at most once and not after a cancellation; never throws
   */
  CompletionStage<Items> get(List<String> keys, Runnable behind) {
    Call call = new Call(keys, behind);
    lock.lock();
    try {
      if (busy) {
        line.add(call);
        return call;
      }
      busy = true;
    } finally {
      lock.unlock();
    }
    if (sendEndsAtOnce(List.of(call))) {
      sendNext();
    }
    return call;
  }

  /** A loop, not a recursion: without a connection every batch ends at once. */
  private void sendNext() {
    List<Call> batch = take();
    while (!batch.isEmpty() && sendEndsAtOnce(batch)) {
      batch = take();
    }
  }

  private List<Call> take() {
    List<Call> batch = new ArrayList<>();
    int keys = 0;
    lock.lock();
    try {
      while (!line.isEmpty()
          && (batch.isEmpty() || keys + line.getFirst().keys.size() <= MOST_KEYS)) {
        Call call = line.removeFirst();
        if (!call.isDone()) { // else its caller has given up
          keys += call.keys.size();
          batch.add(call);
        }
      }
      if (batch.isEmpty()) {
        busy = false;
      }
    } finally {
      lock.unlock();
    }
    return batch;
  }

  /**
   * Sends a batch. Of its end and of the return of this method whichever comes second sees to the
   * next one.
   *
   * @return whether that is the caller
   */
  private boolean sendEndsAtOnce(List<Call> batch) {
    AtomicBoolean first = new AtomicBoolean(true);
    var _ =
        sent(batch)
            .whenComplete((items, failure) -> {
              if (!first.compareAndSet(true, false)) {
                sendNext();
              }
            });
    return !first.compareAndSet(true, false);
  }

  /** Ends when all calls of the batch have. */
  private CompletionStage<Items> sent(List<Call> batch) {
    if (batch.size() == 1) {
      Call only = batch.getFirst();
      return sent(only.keys, batch)
          .whenComplete((items, failure) -> complete(only, items, failure));
    }
    merged.addAndGet(batch.size());
    Map<String, Integer> places = new HashMap<>();
    List<String> keys = new ArrayList<>();
    for (Call call : batch) {
      for (String key : call.keys) {
        if (places.putIfAbsent(key, keys.size()) == null) {
          keys.add(key);
        }
      }
    }
    return sent(keys, batch)
        .whenComplete((items, failure) -> {
          for (Call call : batch) {
            complete(call, failure == null ? own(call, places, items) : null, failure);
          }
        });
  }

  /** What is thrown in place of a stage must not keep all others waiting. */
  private CompletionStage<Items> sent(List<String> keys, List<Call> batch) {
    CompletionStage<Items> items;
    try {
      items = client.getAll(keys);
    } catch (RuntimeException | Error e) {
      items = CompletableFuture.failedFuture(e);
    }
    for (Call call : batch) {
      call.behind.run();
    }
    return items;
  }

  private static Items own(Call call, Map<String, Integer> places, Items items) {
    int[] own = call.keys.stream().mapToInt(key -> places.getOrDefault(key, 0)).toArray();
    return place -> items.at(own[place]);
  }

  private static void complete(Call call, @Nullable Items items, @Nullable Throwable failure) {
    if (items != null && failure == null) {
      call.complete(items);
    } else {
      call.completeExceptionally(failure == null ? new IllegalStateException() : failure);
    }
  }
}
