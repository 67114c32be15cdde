package io.zeal.cache;

import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.ErrorCode;
import io.zeal.Loader;
import io.zeal.LoaderFailedException;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.ValueType;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import io.zeal.cache.CacheMeters.Meter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs loaders, each in a thread of its own, and lets callers wait for them.
 *
 * <p>A load belongs to nobody: whoever is interrupted or gives up leaves it running, and its value
 * is stored all the same. No lock and no connection is held while a loader runs.
 */
final class Loads {

  /** How long a key whose load failed is served stale before the next load. */
  private static final long THROTTLE_NANOS = Duration.ofSeconds(1).toNanos();

  /** Failures beyond so many keys are forgotten, and their keys loaded again at once. */
  private static final int MOST_FAILURES = 10_000;

  /** The flight whose loader the current thread runs. */
  private static final ScopedValue<Flight<?>> CURRENT = ScopedValue.newInstance();

  private final String cache;
  private final Shelf shelf;
  private final Values values;
  private final CacheMeters meters;
  private final StoreFailures storeFailures;
  private final Flights flights = new Flights();
  private final Executor executor;
  private final InstantSource clock;
  private final Supplier<ZealClosedException> closedError;

  /** When the last load of a key failed, by {@link System#nanoTime}. */
  private final ConcurrentHashMap<String, Long> failures = new ConcurrentHashMap<>();

  Loads(
      String cache,
      Shelf shelf,
      Values values,
      CacheMeters meters,
      Executor executor,
      InstantSource clock,
      Supplier<ZealClosedException> closedError) {
    this.cache = cache;
    this.shelf = shelf;
    this.values = values;
    this.meters = meters;
    this.storeFailures = new StoreFailures(cache, meters);
    this.executor = executor;
    this.clock = clock;
    this.closedError = closedError;
  }

  Flights flights() {
    return flights;
  }

  /** What a load needs to know. */
  record Order<T>(
      RowKey key,
      ValueType<T> type,
      CacheOptions options,
      Loader<T> loader,
      Cached<T> previous,
      @Nullable Ticket ticket) {}

  /** A value that was loaded, on its way to the tiers. */
  record Loaded<T>(Flight<T> flight, Order<T> order, Draft draft, long startedNanos) {

    Shelf.Fill toFill(Ticket ticket) {
      return new Shelf.Fill(order.key(), draft, ticket, startedNanos, () -> !flight.isSuperseded());
    }
  }

  /** What somebody who misses a key may do. */
  sealed interface Seat<T> {

    /** Wait for this flight; {@code own} if it was begun for whoever has the seat. */
    record On<T>(Flight<T> flight, boolean own) implements Seat<T> {}

    /** Wait until this flight, which loads another type, is over; then look again. */
    record Behind<T>(Flight<?> flight) implements Seat<T> {}

    /** Look again: a flight has ended since the last look. */
    record Missed<T>() implements Seat<T> {}
  }

  /** What to remember before a look at a key: {@link Flights#ended}. */
  int beforeLook(RowKey key) {
    return flights.ended(key.text());
  }

  /**
   * A seat on the flight that loads the key, the one under way or a new one.
   *
   * @param beforeLook what {@link #beforeLook} was
   * @param store what stores the value; it ends the flight
   */
  <T> Seat<T> board(Order<T> order, int beforeLook, Consumer<Loaded<T>> store) {
    Flight<?> current = current();
    if (current != null && current.isWithin(flights, order.key().text())) {
      throw recursion(order.key());
    }
    Flight<T> mine = flight(order, current);
    Flights.Boarded boarded = flights.board(mine, beforeLook);
    if (boarded == null) {
      return new Seat.Missed<>();
    }
    if (boarded.own()) {
      start(mine, order, store);
      return new Seat.On<>(mine, true);
    }
    Flight<T> joined = Flights.as(order.type(), boarded.flight());
    if (joined == null) {
      return new Seat.Behind<>(boarded.flight());
    }
    joined.waitUntil(mine.deadlineMillis());
    meters.count(Meter.FLIGHTS_JOINED);
    return new Seat.On<>(joined, false);
  }

  private <T> Flight<T> flight(Order<T> order, @Nullable Flight<?> parent) {
    long hardTimeout = Values.millis(order.options().hardTimeout());
    long now = clock.millis();
    long deadline = hardTimeout > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + hardTimeout;
    return new Flight<>(
        flights, order.key().text(), order.type(), order.ticket(), parent, now, deadline);
  }

  /**
   * Begins a load that nobody waits for, unless one is under way. Its loader is within no other:
   * what asked for it does not wait, so it may ask for that.
   */
  <T> void refresh(Order<T> order, int beforeLook) {
    Flight<T> mine = flight(order, null);
    Flights.Boarded boarded = flights.board(mine, beforeLook);
    if (boarded != null && boarded.own()) {
      meters.count(Meter.REFRESHES);
      start(mine, order, this::storeAlone);
    }
  }

  private static @Nullable Flight<?> current() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  private LoaderFailedException recursion(RowKey key) {
    return new LoaderFailedException(
        ErrorCode.LOADER_RECURSION,
        where(key)
            + ": its loader asks for the key itself, directly or through other loaders. Load other"
            + " keys from it, or compute the value in the loader.");
  }

  private <T> void start(Flight<T> flight, Order<T> order, Consumer<Loaded<T>> store) {
    try {
      executor.execute(
          () -> ScopedValue.where(CURRENT, flight).run(() -> run(flight, order, store)));
    } catch (RejectedExecutionException e) {
      flights.end(flight);
      flight.result().completeExceptionally(new Closed());
    }
  }

  /** The end of a flight whose Zeal was closed; what a loader throws is never one. */
  private static final class Closed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Closed() {
      super("closed", null, false, false);
    }
  }

  private <T> void run(Flight<T> flight, Order<T> order, Consumer<Loaded<T>> store) {
    long started = System.nanoTime();
    meters.count(Meter.LOADS);
    LoadFrame<T> frame = new LoadFrame<>(order, flight);
    T value;
    try {
      value = order.loader().load(frame);
    } catch (Throwable e) { // an Error too: nobody else would tell those who wait
      failed(flight, e);
      return;
    }
    failures.remove(flight.key());
    Draft draft = draft(order, frame, value);
    if (draft == null) {
      flights.end(flight);
      flight.result().complete(value);
      return;
    }
    Loaded<T> loaded = new Loaded<>(flight, order, draft, started);
    try {
      store.accept(loaded);
    } finally {
      flight.result().complete(value);
    }
  }

  private void failed(Flight<?> flight, Throwable error) {
    meters.count(Meter.LOAD_FAILURES);
    if (failures.size() < MOST_FAILURES) {
      failures.put(flight.key(), System.nanoTime());
    }
    flights.end(flight);
    flight.result().completeExceptionally(error);
  }

  private <T> @Nullable Draft draft(Order<T> order, LoadFrame<T> frame, @Nullable T value) {
    try {
      return values.draft(value, order.type(), order.options(), frame.ttlMillis(), frame.allTags());
    } catch (RuntimeException | Error e) { // whatever a codec throws: the value was loaded
      storeFailures.add(order.key().key(), e);
      return null;
    }
  }

  /** Stores one value and ends its flight; what cannot be stored is counted. */
  <T> void storeAlone(Loaded<T> loaded) {
    storeTogether(List.of(loaded));
  }

  /** Stores values with one call and ends their flights. */
  void storeTogether(List<? extends Loaded<?>> loaded) {
    try {
      List<Shelf.Fill> fills = new java.util.ArrayList<>();
      for (Loaded<?> one : loaded) {
        Ticket ticket = one.order().ticket();
        if (ticket != null) {
          fills.add(one.toFill(ticket));
        } else { // the backend could not be asked, so nobody knows what this would replace
          meters.count(Meter.STORE_FAILURES);
        }
      }
      if (!fills.isEmpty()) {
        shelf.fillAll(fills).failures().forEach(storeFailures::add);
      }
    } catch (ZealException e) {
      storeFailures.add(loaded.getFirst().order().key().key(), e);
    } finally {
      loaded.forEach(one -> flights.end(one.flight()));
    }
  }

  /** Whether the last load of the key failed so lately that another would fail as well. */
  boolean isThrottled(RowKey key) {
    Long failed = failures.get(key.text());
    return failed != null && System.nanoTime() - failed < THROTTLE_NANOS;
  }

  /** Forgets failures of long ago. */
  void sweep() {
    long now = System.nanoTime();
    failures.values().removeIf(failed -> now - failed >= THROTTLE_NANOS);
  }

  /**
   * How long a call waits, by {@link System#nanoTime}.
   *
   * @param hardNanos until when at most
   * @param softNanos until when, if it can be served stale then
   */
  record Patience(long hardNanos, long softNanos) {

    /** That of a call that begins now. */
    static Patience of(CacheOptions options) {
      long now = System.nanoTime();
      long hard = nanos(options.hardTimeout());
      long soft = options.softTimeout().map(it -> Math.min(hard, nanos(it))).orElse(hard);
      return new Patience(now + hard, now + soft);
    }

    private static long nanos(Duration duration) {
      try {
        return duration.toNanos();
      } catch (ArithmeticException e) {
        return Long.MAX_VALUE;
      }
    }

    /** What is left, zero if nothing is. */
    long leftNanos(boolean canBeServedStale) {
      return Math.max(0, (canBeServedStale ? softNanos : hardNanos) - System.nanoTime());
    }
  }

  /**
   * Waits for the value.
   *
   * @param stale what may be served instead; null for nothing
   */
  <T> Cached.Hit<T> await(
      Flight<T> flight, Order<T> order, Cached.@Nullable Hit<T> stale, Patience patience) {
    Flight<?> current = startAwaiting(flight, order.key());
    try {
      return awaitFreely(flight, order, stale, patience);
    } finally {
      stopAwaiting(current, flight);
    }
  }

  /** The flight that waits, if any; refuses a wait that would never end. */
  private @Nullable Flight<?> startAwaiting(Flight<?> flight, RowKey key) {
    Flight<?> current = current();
    if (current != null && !current.startAwaiting(flight)) {
      throw recursion(key);
    }
    return current;
  }

  private static void stopAwaiting(@Nullable Flight<?> current, Flight<?> flight) {
    if (current != null) {
      current.stopAwaiting(flight);
    }
  }

  private <T> Cached.Hit<T> awaitFreely(
      Flight<T> flight, Order<T> order, Cached.@Nullable Hit<T> stale, Patience patience) {
    try {
      T value = flight.result().get(patience.leftNanos(stale != null), TimeUnit.NANOSECONDS);
      return new Cached.Hit<>(value, false);
    } catch (TimeoutException e) {
      if (stale != null) {
        return served(stale);
      }
      throw late(order, e);
    } catch (ExecutionException e) {
      if (stale != null && !(e.getCause() instanceof Closed)) {
        return served(stale);
      }
      throw loadError(order.key(), e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(order.key(), e);
    }
  }

  private OperationInterruptedException interrupted(RowKey key, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new OperationInterruptedException(
        where(key) + ": interrupted while its load was awaited; the load goes on.", null, cause);
  }

  private <T> Cached.Hit<T> served(Cached.Hit<T> stale) {
    meters.count(Meter.STALE_SERVED);
    return new Cached.Hit<>(stale.value(), true);
  }

  /** Serves what is stale, since a load has just failed. */
  <T> Cached.Hit<T> throttled(Cached.Hit<T> stale) {
    meters.count(Meter.LOADS_THROTTLED);
    return served(stale);
  }

  private OperationTimeoutException late(Order<?> order, TimeoutException cause) {
    return new OperationTimeoutException(
        Stage.LOADER,
        where(order.key())
            + ": its loader did not return within the hard timeout of "
            + order.options().hardTimeout()
            + "; the load goes on, and its value will be cached. Raise"
            + " CacheOptions.withHardTimeout, or serve stale values with withMaxStale. If it never"
            + " ends: remove(key) lets the next call load; let the loader give up at"
            + " LoadContext.deadline.",
        null,
        cause);
  }

  /** What a caller is told of a load that failed; an error of its own for each. */
  private ZealException loadError(RowKey key, @Nullable Throwable cause) {
    if (cause instanceof Closed) {
      return closedError.get();
    }
    if (cause instanceof LoaderFailedException failed
        && failed.code().equals(ErrorCode.LOADER_RECURSION.id())) {
      return new LoaderFailedException(
          ErrorCode.LOADER_RECURSION,
          where(key)
              + ": its loader failed by recursion: a loader asks for a key whose load waits for it;"
              + " the causes name the keys of the circle. Nothing was cached.",
          cause);
    }
    return new LoaderFailedException(
        ErrorCode.LOADER_FAILED,
        where(key)
            + ": its loader threw "
            + (cause == null ? "nothing" : cause.getClass().getName())
            + "; its message is in the cause. Nothing was cached; the next call loads anew.",
        cause);
  }

  private String where(RowKey key) {
    return Text.where(cache, key.key());
  }

  /**
   * Waits until a flight of another type is over, however it ends.
   *
   * @return what is served stale because that takes too long; null if it is over: look again
   */
  <T> Cached.@Nullable Hit<T> awaitEnd(
      Flight<?> flight, Order<T> order, Cached.@Nullable Hit<T> stale, Patience patience) {
    Flight<?> current = startAwaiting(flight, order.key());
    try {
      flight.result().get(patience.leftNanos(stale != null), TimeUnit.NANOSECONDS);
      return null;
    } catch (ExecutionException e) {
      return null;
    } catch (TimeoutException e) {
      if (stale != null) {
        return served(stale);
      }
      throw late(order, e);
    } catch (InterruptedException e) {
      throw interrupted(order.key(), e);
    } finally {
      stopAwaiting(current, flight);
    }
  }

  /** Tells everybody who waits that it is over. */
  void close() {
    flights.forEach(flight -> flight.result().completeExceptionally(new Closed()));
  }
}
