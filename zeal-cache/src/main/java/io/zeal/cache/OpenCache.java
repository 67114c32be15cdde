package io.zeal.cache;

import io.zeal.BulkResult;
import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.Capability;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Loader;
import io.zeal.OperationInterruptedException;
import io.zeal.Stats;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.ValueType;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import io.zeal.cache.CacheMeters.Meter;
import io.zeal.cache.Loads.Order;
import io.zeal.spi.Texts;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A cache: keys, types and options above a {@link Shelf}, and the loads of what is not there. */
final class OpenCache implements Cache {

  private final String name;
  private final CacheOptions options;
  private final Shelf shelf;
  private final Values values;
  private final CacheMeters meters;
  private final Loads loads;
  private final boolean canCount;
  private final Supplier<Stats> backend;
  private final BooleanSupplier closed;

  OpenCache(
      String name,
      CacheOptions options,
      Shelf shelf,
      Values values,
      CacheMeters meters,
      Loads loads,
      boolean canCount,
      Supplier<Stats> backend,
      BooleanSupplier closed) {
    this.name = name;
    this.options = options;
    this.shelf = shelf;
    this.values = values;
    this.meters = meters;
    this.loads = loads;
    this.canCount = canCount;
    this.backend = backend;
    this.closed = closed;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public CacheOptions options() {
    return options;
  }

  // --- Reading ---

  @Override
  public <T> Cached<T> get(String key, ValueType<T> type) {
    RowKey rowKey = door(key);
    Objects.requireNonNull(type, "type");
    return counted(look(rowKey, options), rowKey, type);
  }

  /** What is there to serve without a load. */
  private <T> Cached<T> counted(Found found, RowKey key, ValueType<T> type) {
    if (found instanceof Found.Live live && live.staleMillis() <= maxStale(options)) {
      Cached<T> value = values.decode(key, live, type);
      if (value.isHit()) {
        meters.hit(live.tier());
        if (!live.isFresh()) {
          meters.count(Meter.STALE_SERVED);
        }
        return value;
      }
    }
    meters.count(Meter.MISSES);
    return new Cached.Miss<>();
  }

  private static long maxStale(CacheOptions options) {
    return Values.millis(options.maxStale());
  }

  /** What is there for who has these options. */
  private Found look(RowKey key, CacheOptions options) {
    return options.refreshAhead().isZero() && options.maxStale().isZero()
        ? look(key, shelf::findFresh)
        : look(key, shelf::find);
  }

  /** What is there; unknown if the backend cannot be asked. */
  private Found look(RowKey key, Function<RowKey, Found> find) {
    try {
      return find.apply(key);
    } catch (ZealClosedException | OperationInterruptedException e) {
      throw e;
    } catch (ZealException e) {
      meters.count(Meter.BACKEND_FAILURES);
      return new Found.Unknown(e);
    }
  }

  @Override
  public <T> BulkResult<Cached<T>> getAll(Collection<String> keys, ValueType<T> type) {
    Objects.requireNonNull(type, "type");
    Map<String, RowKey> rowKeys = door(keys);
    BulkResult<Found> found =
        rowKeys.isEmpty() ? BulkResult.of(Map.of()) : shelf.findAll(rowKeys.values());
    Map<String, Cached<T>> hits = new LinkedHashMap<>();
    rowKeys.forEach((key, rowKey) -> {
      Found there = found.values().get(key);
      if (there != null) {
        Cached<T> value = counted(there, rowKey, type);
        if (value.isHit()) {
          hits.put(key, value);
        }
      }
    });
    return new BulkResult<>(hits, found.failures());
  }

  /** As {@link #lookAll(Map)}, for as long as there is patience. */
  Map<String, Found> lookAll(Map<String, RowKey> keys, Patience patience) {
    return loads
        .looks()
        .many(() -> lookAll(keys), Map::values, error -> unknown(keys, error), patience);
  }

  private static Map<String, Found> unknown(Map<String, RowKey> keys, ZealException error) {
    Map<String, Found> all = new LinkedHashMap<>();
    keys.keySet().forEach(key -> all.put(key, new Found.Unknown(error)));
    return all;
  }

  /** What is there of each; unknown if the backend cannot be asked. */
  private Map<String, Found> lookAll(Map<String, RowKey> keys) {
    Map<String, Found> all = new LinkedHashMap<>();
    try {
      BulkResult<Found> found =
          keys.isEmpty() ? BulkResult.of(Map.of()) : shelf.findAll(keys.values());
      all.putAll(found.values());
      found.failures().forEach((key, error) -> all.put(key, new Found.Unknown(error)));
    } catch (ZealClosedException | OperationInterruptedException e) {
      throw e;
    } catch (ZealException e) {
      keys.keySet().forEach(key -> all.put(key, new Found.Unknown(e)));
    }
    if (all.values().stream().anyMatch(Found.Unknown.class::isInstance)) {
      meters.count(Meter.BACKEND_FAILURES);
    }
    return all;
  }

  @Override
  public boolean contains(String key) {
    return shelf.find(door(key)) instanceof Found.Live live && live.isFresh();
  }

  // --- Loading ---

  @Override
  public <T> @Nullable T getOrCompute(
      String key, ValueType<T> type, CacheOptions options, Loader<T> loader) {
    RowKey rowKey = door(key);
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(loader, "loader");
    return compute(rowKey, type, options, loader, Patience.of(options)).value();
  }

  /** The value of one key, from wherever it is to be had as long as there is patience. */
  <T> Cached.Hit<T> compute(
      RowKey key, ValueType<T> type, CacheOptions options, Loader<T> loader, Patience patience) {
    Ticket since = null;
    Patience left = patience;
    while (true) {
      Flights.Before before = loads.beforeLook(key);
      Found found = loads.looks().one(() -> look(key, options), left);
      Cached<T> there = there(found, key, type);
      if (there instanceof Cached.Hit<T> hit && !hit.stale()) {
        hit(key, (Found.Live) found, hit, type, options, loader, before);
        return hit;
      }
      if (found instanceof Found.Unknown) {
        left = left.afterNoAnswer();
      }
      Cached.Hit<T> stale = servable(found, there, options);
      if (stale != null && loads.isThrottled(key)) {
        countMiss();
        return loads.waits().throttled(stale);
      }
      Ticket ticket = found.ticketOrNull();
      since = since == null ? ticket : since;
      Order<T> order = new Order<>(key, type, options, loader, there, ticket, since);
      switch (loads.board(order, before, loads::storeAlone)) {
        case Loads.Seat.On<T> seat -> {
          countMiss();
          Cached.Hit<T> loaded = loads.waits().await(seat.flight(), order, stale, left);
          if (loaded.stale() || loads.isForMe(seat, order)) {
            return loaded;
          }
        }
        case Loads.Seat.Behind<T> seat -> {
          Cached.Hit<T> served = loads.waits().awaitEnd(seat.flight(), order, stale, left);
          if (served != null) {
            countMiss();
            return served;
          }
        }
        case Loads.Seat.Missed<T> _ -> {} // somebody else has just loaded it
      }
    }
  }

  /** Counts a fresh hit; loads anew what is about to expire. */
  <T> void hit(
      RowKey key,
      Found.Live live,
      Cached.Hit<T> hit,
      ValueType<T> type,
      CacheOptions options,
      Loader<T> loader,
      Flights.Before before) {
    meters.hit(live.tier());
    if (isDueForRefresh(key, live, options)) {
      Ticket ticket = live.ticket();
      loads.refresh(new Order<>(key, type, options, loader, hit, ticket, ticket), before);
    }
  }

  private boolean isDueForRefresh(RowKey key, Found.Live live, CacheOptions options) {
    long ahead = Values.millis(options.refreshAhead());
    return ahead > 0
        && live.remainingMillis() != Found.FOREVER
        && live.remainingMillis() <= ahead
        && !loads.flights().isRunning(key.text())
        && !loads.isThrottled(key);
  }

  void countMiss() {
    meters.count(Meter.MISSES);
  }

  <T> Cached<T> there(Found found, RowKey key, ValueType<T> type) {
    return found instanceof Found.Live live ? values.decode(key, live, type) : new Cached.Miss<>();
  }

  static <T> Cached.@Nullable Hit<T> servable(Found found, Cached<T> there, CacheOptions options) {
    return there instanceof Cached.Hit<T> hit
            && found instanceof Found.Live live
            && live.staleMillis() <= maxStale(options)
        ? hit
        : null;
  }

  @Override
  public <T> BulkResult<Cached<T>> getAllOrCompute(
      Collection<String> keys, ValueType<T> type, CacheOptions options, Loader<T> loader) {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(loader, "loader");
    return new BulkLoad<>(this, loads, type, options, loader).run(door(keys));
  }

  // --- Changing ---

  @Override
  public <T> void put(String key, @Nullable T value, ValueType<T> type, CacheOptions options) {
    RowKey rowKey = door(key);
    shelf.put(rowKey, draft(value, type, options), this::changed);
  }

  /** Loads of the key that began before this are not stored, and not joined. */
  private void changed(RowKey key) {
    loads.flights().supersede(key.text());
  }

  private <T> Draft draft(@Nullable T value, ValueType<T> type, CacheOptions options) {
    Objects.requireNonNull(type, "type");
    return values.draft(value, type, Objects.requireNonNull(options, "options"));
  }

  @Override
  public <T> BulkResult<Boolean> putAll(
      Map<String, ? extends @Nullable T> entries, ValueType<T> type, CacheOptions options) {
    Map<String, RowKey> rowKeys = door(entries.keySet());
    Map<RowKey, Draft> drafts = new LinkedHashMap<>();
    Map<String, ZealException> failures = new LinkedHashMap<>();
    rowKeys.forEach((key, rowKey) -> {
      try {
        drafts.put(rowKey, draft(entries.get(key), type, options));
      } catch (ZealException e) {
        failures.put(key, e);
      }
    });
    if (drafts.isEmpty()) {
      return new BulkResult<>(Map.of(), failures);
    }
    BulkResult<Boolean> stored = shelf.putAll(drafts, this::changed);
    failures.putAll(stored.failures());
    return new BulkResult<>(stored.values(), failures);
  }

  @Override
  public boolean remove(String key) {
    return shelf.remove(door(key), this::changed);
  }

  @Override
  public boolean expire(String key) {
    return shelf.expire(door(key), this::changed);
  }

  @Override
  public void removeTag(String tag) {
    requireOpen();
    if (Objects.requireNonNull(tag, "tag").isEmpty() || !Text.isWellFormed(tag)) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_NAME,
          "The tag " + Texts.quote(tag) + " is empty or not well-formed. Use well-formed text.");
    }
    try {
      shelf.removeTag(TagHash.of(tag));
    } finally {
      loads.flights().invalidated();
    }
  }

  @Override
  public void clear() {
    requireOpen();
    try {
      shelf.clear();
    } finally {
      loads.flights().invalidated();
    }
  }

  // --- Looking ---

  @Override
  public long count() {
    requireOpen();
    if (!canCount) {
      throw new UnsupportedCapabilityException(
          Capability.COUNT,
          "Cache "
              + Texts.quote(name)
              + " is on a backend that cannot count; table, redis and tiered can. Use stats().");
    }
    return shelf.count();
  }

  @Override
  public Stats stats() {
    return stats(backend);
  }

  /**
   * The same.
   *
   * @param backend what the backend says of itself
   */
  Stats stats(Supplier<Stats> backend) {
    requireOpen();
    Map<String, Long> numbers = new HashMap<>(shelf.numbers(backend));
    numbers.put("flights", loads.flights().count());
    return meters.stats(name, numbers);
  }

  @Override
  public String explain(String key) {
    RowKey rowKey = door(key);
    return values.explain(look(rowKey, shelf::find), loads.flights().running(rowKey.text()));
  }

  @Override
  public String toString() {
    return "Cache " + Texts.quote(name);
  }

  // --- The door ---

  private RowKey door(String key) {
    requireOpen();
    return Keys.of(name, key);
  }

  /** Each key once, in order. */
  private Map<String, RowKey> door(Collection<String> keys) {
    requireOpen();
    Map<String, RowKey> rowKeys = new LinkedHashMap<>();
    Objects.requireNonNull(keys, "keys").forEach(key -> rowKeys.put(key, Keys.of(name, key)));
    return rowKeys;
  }

  private void requireOpen() {
    if (closed.getAsBoolean()) {
      throw new ZealClosedException(
          "Cache " + Texts.quote(name) + " is of a Zeal instance that is closed. Open another.");
    }
  }
}
