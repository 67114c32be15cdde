package io.zeal.cache;

import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.Loader;
import io.zeal.OperationInterruptedException;
import io.zeal.ValueType;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import io.zeal.cache.CacheMeters.Meter;
import io.zeal.cache.Shelf.Standing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs loaders, each in a thread of its own, and stores what they load; {@link Waits} lets callers
 * wait for them.
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

  private final Shelf shelf;
  private final Values values;
  private final CacheMeters meters;
  private final StoreFailures storeFailures;
  private final Flights flights = new Flights();
  private final Executor executor;
  private final InstantSource clock;
  private final Waits waits;
  private final Looks looks;
  private volatile boolean closed;

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
    this.shelf = shelf;
    this.values = values;
    this.meters = meters;
    this.storeFailures = new StoreFailures(cache, meters);
    this.executor = executor;
    this.clock = clock;
    this.waits = new Waits(cache, meters, closedError);
    this.looks = new Looks(cache, executor, meters);
  }

  Flights flights() {
    return flights;
  }

  Waits waits() {
    return waits;
  }

  Looks looks() {
    return looks;
  }

  /**
   * What a load needs to know.
   *
   * @param ticket what the look before it saw; null if the backend could not be asked
   * @param since what the first look of its call saw: nothing that was invalidated before is for it
   */
  record Order<T>(
      RowKey key,
      ValueType<T> type,
      CacheOptions options,
      Loader<T> loader,
      Cached<T> previous,
      @Nullable Ticket ticket,
      @Nullable Ticket since) {}

  /** A value that was loaded, on its way to the tiers. */
  record Loaded<T>(Flight<T> flight, Order<T> order, Draft draft, long startedNanos) {

    Shelf.Fill toFill(Ticket ticket) {
      return new Shelf.Fill(order.key(), draft, ticket, startedNanos, () -> !flight.isSuperseded());
    }
  }

  /** What somebody who misses a key may do. */
  sealed interface Seat<T> {

    /**
     * Wait for this flight, and ask then whether its value is {@link #isForMe}.
     *
     * @param own whether it was begun for whoever has the seat
     * @param checked tags that were not invalidated before; null if nobody could say
     */
    record On<T>(Flight<T> flight, boolean own, @Nullable Set<String> checked) implements Seat<T> {}

    /** Wait until this flight, which loads another type, is over; then look again. */
    record Behind<T>(Flight<?> flight) implements Seat<T> {}

    /** Look again: a flight has ended since the last look. */
    record Missed<T>() implements Seat<T> {}
  }

  /** What to remember before a look at a key. */
  Flights.Before beforeLook(RowKey key) {
    return flights.beforeLook(key.text());
  }

  /**
   * A seat on the flight that loads the key, the one under way or a new one.
   *
   * @param before what {@link #beforeLook} was
   * @param store what stores the value; it ends the flight
   */
  <T> Seat<T> board(Order<T> order, Flights.Before before, Consumer<Loaded<T>> store) {
    Flight<?> current = current();
    if (current != null && current.isWithin(flights, order.key().text())) {
      throw waits.recursion(order.key());
    }
    Flight<T> mine = flight(order, current, before);
    while (true) {
      Flights.Boarded boarded = flights.board(mine, before);
      if (boarded == null) {
        return new Seat.Missed<>();
      }
      Flight<?> flight = boarded.flight();
      if (boarded.own()) {
        start(mine, order, store);
        return new Seat.On<>(mine, true, null);
      }
      Set<String> tags = flight.tags();
      Standing standing = standing(flight, order.since(), tags);
      if (standing == Standing.INVALID) {
        flight.supersede(); // a tag of it was invalidated: it is of use to nobody who comes now
        continue;
      }
      Flight<T> joined = Flights.as(order.type(), flight);
      if (joined == null) {
        return new Seat.Behind<>(flight);
      }
      joined.waitUntil(mine.deadlineMillis());
      meters.count(Meter.FLIGHTS_JOINED);
      return new Seat.On<>(joined, false, standing == Standing.VALID ? tags : null);
    }
  }

  /** What is known of a value with these tags, for who saw {@code since}. */
  private Standing standing(Flight<?> flight, @Nullable Ticket since, Set<String> tags) {
    Ticket ticket = flight.ticket();
    if (ticket == null || !flight.isOlderThan(since)) {
      return Standing.VALID;
    }
    if (tags.isEmpty() && since != null && ticket.epoch() == since.epoch()) {
      return Standing.VALID;
    }
    try {
      return shelf.standing(ticket, tags.stream().map(TagHash::of).toList());
    } catch (ZealException e) { // the next look meets it as well
      meters.count(Meter.BACKEND_FAILURES);
      return Standing.UNKNOWN;
    }
  }

  /**
   * Whether who has the seat may have the value, now that it is loaded and all its tags are known.
   * If not, nobody joins the flight any more.
   */
  <T> boolean isForMe(Seat.On<T> seat, Order<T> order) {
    Set<String> tags = seat.flight().tags();
    Set<String> checked = seat.checked();
    if (seat.own() || (checked != null && checked.containsAll(tags))) {
      return true;
    }
    return switch (standing(seat.flight(), order.since(), tags)) {
      case VALID -> true;
      case INVALID -> {
        seat.flight().supersede();
        yield false;
      }
      case UNKNOWN -> {
        seat.flight().shut();
        yield false;
      }
    };
  }

  private <T> Flight<T> flight(Order<T> order, @Nullable Flight<?> parent, Flights.Before before) {
    long hardTimeout = Values.millis(order.options().hardTimeout());
    long now = clock.millis();
    long deadline = hardTimeout > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + hardTimeout;
    return new Flight<>(
        flights,
        order.key().text(),
        order.type(),
        order.ticket(),
        parent,
        order.options().tags(),
        before.invalidations(),
        now,
        deadline);
  }

  /**
   * Begins a load that nobody waits for, unless one is under way. Its loader is within no other:
   * what asked for it does not wait, so it may ask for that.
   */
  <T> void refresh(Order<T> order, Flights.Before before) {
    Flight<T> mine = flight(order, null, before);
    Flights.Boarded boarded = flights.board(mine, before);
    if (boarded != null && boarded.own()) {
      meters.count(Meter.REFRESHES);
      start(mine, order, this::storeAlone);
    }
  }

  /** The flight whose loader the current thread runs; null for none. */
  static @Nullable Flight<?> current() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  private <T> void start(Flight<T> flight, Order<T> order, Consumer<Loaded<T>> store) {
    try {
      executor.execute(
          () -> ScopedValue.where(CURRENT, flight).run(() -> run(flight, order, store)));
    } catch (RejectedExecutionException e) {
      isOver(flight, new Waits.Closed());
    } catch (Throwable e) { // no thread to be had: nobody else would end it
      isOver(flight, e);
      throw e;
    }
    if (closed) { // since it boarded, perhaps too late for who closed to see it
      flight.result().completeExceptionally(new Waits.Closed());
    }
  }

  private void isOver(Flight<?> flight, Throwable error) {
    flights.end(flight);
    flight.result().completeExceptionally(error);
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
    isOver(flight, error);
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

  /**
   * Stores values with one call and ends their flights. What an interrupted thread cannot store,
   * another does: the interrupt was not meant for the values.
   */
  void storeTogether(List<? extends Loaded<?>> loaded) {
    List<? extends Loaded<?>> left =
        Thread.currentThread().isInterrupted() ? loaded : store(loaded, true);
    if (left.isEmpty()) {
      return;
    }
    try {
      executor.execute(() -> store(left, false));
    } catch (Throwable e) { // closed, or no thread to be had
      left.forEach(one -> giveUp(one.flight()));
    }
  }

  private void giveUp(Flight<?> flight) {
    meters.count(Meter.STORE_FAILURES);
    flights.end(flight);
  }

  /**
   * Stores values and ends the flights of all that it does not answer.
   *
   * @param again whether what an interrupt kept from being stored is to be answered
   * @return what is to be tried again
   */
  private List<Loaded<?>> store(List<? extends Loaded<?>> loaded, boolean again) {
    List<Loaded<?>> interrupted = new ArrayList<>();
    Map<String, ZealException> failures = Map.of();
    try {
      failures = fill(loaded);
    } catch (ZealException e) {
      failures = new HashMap<>();
      for (Loaded<?> one : loaded) {
        failures.put(one.order().key().key(), e);
      }
    } finally {
      for (Loaded<?> one : loaded) {
        ZealException failure = failures.get(one.order().key().key());
        if (again && failure instanceof OperationInterruptedException) {
          interrupted.add(one);
          continue;
        }
        if (failure != null) {
          storeFailures.add(one.order().key().key(), failure);
        }
        flights.end(one.flight());
      }
    }
    return interrupted;
  }

  /** The errors of those that could not be stored, by the application's keys. */
  private Map<String, ZealException> fill(List<? extends Loaded<?>> loaded) {
    List<Shelf.Fill> fills = new ArrayList<>();
    for (Loaded<?> one : loaded) {
      Ticket ticket = one.order().ticket();
      if (ticket != null) {
        fills.add(one.toFill(ticket));
      } else { // the backend could not be asked, so nobody knows what this would replace
        meters.count(Meter.STORE_FAILURES);
      }
    }
    return fills.isEmpty() ? Map.of() : shelf.fillAll(fills).failures();
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

  /** Tells everybody who waits that it is over. */
  void close() {
    closed = true;
    flights.forEach(flight -> flight.result().completeExceptionally(new Waits.Closed()));
  }
}
