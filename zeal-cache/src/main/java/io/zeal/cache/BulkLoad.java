package io.zeal.cache;

import io.zeal.BulkResult;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.Loader;
import io.zeal.OperationInterruptedException;
import io.zeal.ValueType;
import io.zeal.ZealException;
import io.zeal.cache.Loads.Loaded;
import io.zeal.cache.Loads.Order;
import io.zeal.cache.Loads.Seat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One call that reads many keys and loads what is missing: a flight for each, so that single
 * callers and other bulk calls share them.
 *
 * <p>Each value goes to whoever waits for it as soon as it is loaded. The caller's thread collects
 * what is there and stores it with one call, then what came meanwhile, and so on; its flights end
 * when they are stored. What is loaded after the caller gave up is stored alone.
 */
final class BulkLoad<T> {

  /** Something that the caller's thread has to hear of. */
  private sealed interface Event<T> {

    /** A value to store. */
    record Came<T>(Loaded<T> loaded) implements Event<T> {}

    /** A load of this call is over; its value, if there is one to store, came before. */
    record Over<T>() implements Event<T> {}
  }

  /** A key that has to be loaded, and what was known of it. */
  private record Missing<T>(
      String key, Order<T> order, Cached.@Nullable Hit<T> stale, @Nullable Seat<T> seat) {}

  private final OpenCache cache;
  private final Loads loads;
  private final ValueType<T> type;
  private final CacheOptions options;
  private final Loader<T> loader;
  private final long deadline;

  private final Map<String, Cached<T>> values = new LinkedHashMap<>();
  private final Map<String, ZealException> failures = new LinkedHashMap<>();
  private final List<Missing<T>> missing = new ArrayList<>();

  private final LinkedBlockingQueue<Event<T>> events = new LinkedBlockingQueue<>();
  private final ReentrantLock lock = new ReentrantLock();
  private boolean gone; // guarded by lock: the caller no longer stores what is loaded

  BulkLoad(
      OpenCache cache, Loads loads, ValueType<T> type, CacheOptions options, Loader<T> loader) {
    this.cache = cache;
    this.loads = loads;
    this.type = type;
    this.options = options;
    this.loader = loader;
    this.deadline = System.nanoTime() + Loads.nanos(options.hardTimeout());
  }

  BulkResult<Cached<T>> run(Map<String, RowKey> keys) {
    try {
      Map<String, Found> found = cache.lookAll(keys);
      keys.forEach((key, rowKey) -> begin(key, rowKey, found.get(key)));
      storeWhatIsLoaded();
    } finally {
      go();
    }
    missing.forEach(this::collect);
    return inOrder(keys);
  }

  private void begin(String key, RowKey rowKey, @Nullable Found seen) {
    Found found = java.util.Objects.requireNonNull(seen, "one for each key");
    Cached<T> there = cache.there(found, rowKey, type);
    if (there instanceof Cached.Hit<T> hit && !hit.stale()) {
      cache.countHit(found);
      values.put(key, hit);
      return;
    }
    cache.countMiss();
    Cached.Hit<T> stale = OpenCache.servable(found, there, options);
    if (stale != null && loads.isThrottled(rowKey)) {
      values.put(key, loads.throttled(stale));
      return;
    }
    Order<T> order = new Order<>(rowKey, type, options, loader, there, found.ticketOrNull());
    try {
      Seat<T> seat = loads.board(order, this::came);
      if (seat != null && seat.own()) {
        var _ =
            seat.flight().result().whenComplete((value, error) -> events.add(new Event.Over<>()));
      }
      missing.add(new Missing<>(key, order, stale, seat));
    } catch (ZealException e) {
      failures.put(key, e);
    }
  }

  /** In the loader's thread. */
  private void came(Loaded<T> loaded) {
    lock.lock();
    try {
      if (!gone) {
        events.add(new Event.Came<>(loaded));
        return;
      }
    } finally {
      lock.unlock();
    }
    loads.storeAlone(loaded);
  }

  /** Until every load of this call is over, or time is up. */
  private void storeWhatIsLoaded() {
    long open = missing.stream().filter(one -> one.seat != null && one.seat.own()).count();
    while (open > 0) {
      Event<T> first = next();
      if (first == null) {
        return;
      }
      List<Event<T>> batch = new ArrayList<>(List.of(first));
      events.drainTo(batch);
      store(batch);
      open -= batch.stream().filter(Event.Over.class::isInstance).count();
    }
  }

  private @Nullable Event<T> next() {
    try {
      return events.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationInterruptedException(
          "Cache '" + cache.name() + "': interrupted while loads were awaited; they go on.",
          null,
          e);
    }
  }

  private void store(List<Event<T>> batch) {
    List<Loaded<T>> came = new ArrayList<>();
    for (Event<T> event : batch) {
      if (event instanceof Event.Came<T>(Loaded<T> loaded)) {
        came.add(loaded);
      }
    }
    if (!came.isEmpty()) {
      loads.storeTogether(came);
    }
  }

  /** From here on each loader's thread stores its value itself. */
  private void go() {
    lock.lock();
    try {
      gone = true;
    } finally {
      lock.unlock();
    }
    List<Event<T>> rest = new ArrayList<>();
    events.drainTo(rest);
    store(rest);
  }

  private void collect(Missing<T> one) {
    try {
      Cached<T> value =
          one.seat == null
              ? new Cached.Hit<>(cache.getOrCompute(one.key, type, options, loader), false)
              : loads.await(one.seat.flight(), one.order, one.stale, deadline);
      values.put(one.key, value);
    } catch (OperationInterruptedException e) {
      throw e;
    } catch (ZealException e) {
      failures.put(one.key, e);
    }
  }

  private BulkResult<Cached<T>> inOrder(Map<String, RowKey> keys) {
    Map<String, Cached<T>> ordered = new LinkedHashMap<>();
    for (String key : keys.keySet()) {
      Cached<T> value = values.get(key);
      if (value != null) {
        ordered.put(key, value);
      }
    }
    return new BulkResult<>(ordered, failures);
  }
}
