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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
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

    /** The load of a key is over; its value, if there is one to store, came before. */
    record Over<T>(String key) implements Event<T> {}
  }

  /** A key that is loaded, and what was known of it. */
  private record Missing<T>(
      String key, Order<T> order, Cached.@Nullable Hit<T> stale, Seat.On<T> seat) {}

  private final OpenCache cache;
  private final Loads loads;
  private final ValueType<T> type;
  private final CacheOptions options;
  private final Loader<T> loader;
  private Patience patience;

  private final Map<String, Cached<T>> values = new LinkedHashMap<>();
  private final Map<String, ZealException> failures = new LinkedHashMap<>();
  private final List<Missing<T>> missing = new ArrayList<>();

  /** Keys that are loaded as another type: their turn comes when the others' are over. */
  private final Map<String, RowKey> behind = new LinkedHashMap<>();

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
    this.patience = Patience.of(options);
  }

  BulkResult<Cached<T>> run(Map<String, RowKey> keys) {
    try {
      begin(keys);
      noteWaits();
      storeWhatIsLoaded();
      go();
      missing.forEach(one -> collect(one.key, () -> awaited(one)));
    } finally {
      go();
      missing.forEach(one -> loads.waits().stopAwaiting(one.seat.flight()));
    }
    behind.forEach((key, rowKey) -> collect(key, () -> compute(rowKey)));
    return inOrder(keys);
  }

  /** Before the first wait: while this call waits for one key, another must see that for all. */
  private void noteWaits() {
    missing.removeIf(one -> {
      try {
        loads.waits().startAwaiting(one.seat.flight(), one.order.key());
        return false;
      } catch (ZealException e) {
        failures.put(one.key, e);
        return true;
      }
    });
  }

  private Cached<T> awaited(Missing<T> one) {
    Cached.Hit<T> loaded =
        loads.waits().awaitNoted(one.seat.flight(), one.order, one.stale, patience);
    if (loaded.stale() || loads.isForMe(one.seat, one.order)) {
      return loaded;
    }
    loads.waits().stopAwaiting(one.seat.flight());
    return compute(one.order.key());
  }

  private Cached<T> compute(RowKey key) {
    return cache.compute(key, type, options, loader, patience);
  }

  /** Looks again at keys whose load ended between the look and the boarding, until none is left. */
  private void begin(Map<String, RowKey> keys) {
    Map<String, RowKey> open = keys;
    while (!open.isEmpty()) {
      Map<String, Flights.Before> beforeLook = new LinkedHashMap<>();
      open.forEach((key, rowKey) -> beforeLook.put(key, loads.beforeLook(rowKey)));
      Map<String, Found> found = cache.lookAll(open, patience);
      if (found.values().stream().anyMatch(Found.Unknown.class::isInstance)) {
        patience = patience.afterNoAnswer();
      }
      Map<String, RowKey> missed = new LinkedHashMap<>();
      open.forEach((key, rowKey) -> {
        Found there = Objects.requireNonNull(found.get(key), "one for each key");
        Flights.Before before = Objects.requireNonNull(beforeLook.get(key), "one for each key");
        if (!hasBegun(key, rowKey, there, before)) {
          missed.put(key, rowKey);
        }
      });
      open = missed;
    }
  }

  /** False if the key has to be looked at again. */
  private boolean hasBegun(String key, RowKey rowKey, Found found, Flights.Before before) {
    Cached<T> there = cache.there(found, rowKey, type);
    if (there instanceof Cached.Hit<T> hit && !hit.stale()) {
      cache.hit(rowKey, (Found.Live) found, hit, type, options, loader, before);
      values.put(key, hit);
      return true;
    }
    Cached.Hit<T> stale = OpenCache.servable(found, there, options);
    if (stale != null && loads.isThrottled(rowKey)) {
      cache.countMiss();
      values.put(key, loads.waits().throttled(stale));
      return true;
    }
    Ticket ticket = found.ticketOrNull();
    Order<T> order = new Order<>(rowKey, type, options, loader, there, ticket, ticket);
    Seat<T> seat;
    try {
      seat = loads.board(order, before, this::came);
    } catch (ZealException e) {
      failures.put(key, e);
      return true;
    }
    switch (seat) {
      case Seat.Missed<T> _ -> {
        return false;
      }
      case Seat.Behind<T> _ -> behind.put(key, rowKey);
      case Seat.On<T> on -> {
        cache.countMiss();
        missing.add(new Missing<>(key, order, stale, on));
        if (on.own()) {
          var _ =
              on.flight()
                  .result()
                  .whenComplete((value, error) -> events.add(new Event.Over<>(key)));
        }
      }
    }
    return true;
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

  /** Until every load of this call is over, or patience is: sooner where all can be stale. */
  private void storeWhatIsLoaded() {
    Set<String> open = new HashSet<>();
    Set<String> strict = new HashSet<>();
    for (Missing<T> one : missing) {
      if (one.seat.own()) {
        open.add(one.key);
        if (one.stale == null) {
          strict.add(one.key);
        }
      }
    }
    while (!open.isEmpty()) {
      Event<T> first = next(strict.isEmpty());
      if (first == null) {
        return;
      }
      List<Event<T>> batch = new ArrayList<>(List.of(first));
      events.drainTo(batch);
      store(batch);
      for (Event<T> event : batch) {
        if (event instanceof Event.Over<T>(String key)) {
          open.remove(key);
          strict.remove(key);
        }
      }
    }
  }

  private @Nullable Event<T> next(boolean canBeServedStale) {
    try {
      return events.poll(patience.leftNanos(canBeServedStale), TimeUnit.NANOSECONDS);
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

  private void collect(String key, Supplier<Cached<T>> wait) {
    try {
      values.put(key, wait.get());
    } catch (OperationInterruptedException e) {
      throw e;
    } catch (ZealException e) {
      failures.put(key, e);
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
