package io.zeal.cache;

import io.zeal.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The loads that are under way. Of a key there is one, unless somebody came who must not have its
 * value: then another begins beside it, and each is here until it is over. Nothing is loaded,
 * waited for or told anybody inside the map.
 */
final class Flights {

  private static final int STRIPES = 1_024;

  /** By key; never empty, the latest first, never changed. */
  private final ConcurrentHashMap<String, List<Flight<?>>> running = new ConcurrentHashMap<>();

  /** How many flights have ended, by stripes of their keys. */
  private final AtomicIntegerArray ended = new AtomicIntegerArray(STRIPES);

  /** How often this instance has invalidated a tag or everything. */
  private final AtomicLong invalidations = new AtomicLong();

  /** A flight to wait for, and whether it is up to the caller to start its loader. */
  record Boarded(Flight<?> flight, boolean own) {}

  /**
   * What is remembered of before a look.
   *
   * @param ended how many flights of the key, and of others, have ended: what ended after the look
   *     may have stored what it did not see
   * @param invalidations how often this instance has invalidated anything
   */
  record Before(int ended, long invalidations) {}

  /** Asked before a look that may find nothing. */
  Before beforeLook(String key) {
    return new Before(ended.get(stripe(key)), invalidations.get());
  }

  private static int stripe(String key) {
    return (key.hashCode() * 0x9E3779B9) >>> 22;
  }

  /**
   * The flight of the key that may be joined, or {@code mine}, which then is under way too.
   *
   * @param before what {@link #beforeLook} was
   * @return null if a flight has ended since: look again
   */
  @Nullable Boarded board(Flight<?> mine, Before before) {
    AtomicReference<@Nullable Boarded> boarded = new AtomicReference<>();
    running.compute(
        mine.key(),
        (key, there) -> {
          List<Flight<?>> all = there == null ? List.of() : there;
          for (Flight<?> flight : all) {
            if (flight.isJoinable(mine)) {
              boarded.set(new Boarded(flight, false));
              return there;
            }
          }
          if (ended.get(stripe(key)) != before.ended()) {
            return there;
          }
          // What is stored under another epoch would only be in the way of what is valid.
          all.stream().filter(mine::isOfAnotherEpoch).forEach(Flight::supersede);
          List<Flight<?>> more = new ArrayList<>(all.size() + 1);
          more.add(mine);
          more.addAll(all);
          boarded.set(new Boarded(mine, true));
          return more;
        });
    return boarded.get();
  }

  /** How many there are. */
  long count() {
    return running.values().stream().mapToLong(List::size).sum();
  }

  /** Whether a load of the key is under way. */
  boolean isRunning(String key) {
    return running.containsKey(key);
  }

  /** The latest load of the key that is under way. */
  Optional<Flight<?>> running(String key) {
    List<Flight<?>> all = running.getOrDefault(key, List.of());
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  /** The flight is over: its value is stored, or will not be. */
  @SuppressWarnings("ReferenceEquality") // a flight is equal to itself alone
  void end(Flight<?> flight) {
    ended.incrementAndGet(stripe(flight.key())); // first: who finds no flight has to see it
    running.computeIfPresent(
        flight.key(),
        (key, all) -> {
          List<Flight<?>> left = all.stream().filter(it -> it != flight).toList();
          return left.isEmpty() ? null : left;
        });
  }

  /** The key has been changed. */
  void supersede(String key) {
    running.getOrDefault(key, List.of()).forEach(Flight::supersede);
  }

  /** This instance has invalidated a tag, or everything. */
  void invalidated() {
    invalidations.incrementAndGet();
  }

  void forEach(Consumer<Flight<?>> action) {
    running.values().forEach(all -> all.forEach(action));
  }

  /** The same flight if it is of {@code type}, else null. */
  @SuppressWarnings("unchecked") // equal types
  static <T> @Nullable Flight<T> as(ValueType<T> type, Flight<?> flight) {
    return flight.type().equals(type) ? (Flight<T>) flight : null;
  }
}
