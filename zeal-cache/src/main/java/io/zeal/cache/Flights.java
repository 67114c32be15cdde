package io.zeal.cache;

import io.zeal.ValueType;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The loads that are under way, at most one that can be joined for each key. Nothing is loaded,
 * waited for or told anybody inside the map.
 */
final class Flights {

  private static final int STRIPES = 1_024;

  private final ConcurrentHashMap<String, Flight<?>> running = new ConcurrentHashMap<>();

  /** How many flights have ended, by stripes of their keys. */
  private final AtomicIntegerArray ended = new AtomicIntegerArray(STRIPES);

  /** A flight to wait for, and whether it is up to the caller to start its loader. */
  record Boarded(Flight<?> flight, boolean own) {}

  /**
   * How many flights of the key, and of others, have ended. Asked before the look that finds
   * nothing: what ended after the look may have stored what it did not see.
   */
  int ended(String key) {
    return ended.get(stripe(key));
  }

  private static int stripe(String key) {
    return (key.hashCode() * 0x9E3779B9) >>> 22;
  }

  /**
   * The flight of the key that may be joined, or {@code mine}, which then takes its place. What it
   * displaces is superseded: nobody would find it any more to tell it of a change.
   *
   * @param endedBefore what {@link #ended} was before the look at the key
   * @return null if a flight has ended since: look again
   */
  @SuppressWarnings("ReferenceEquality") // whether it is ours is the question
  @Nullable Boarded board(Flight<?> mine, int endedBefore) {
    Flight<?> there =
        running.compute(
            mine.key(),
            (key, found) -> {
              if (found == null) {
                return ended(key) == endedBefore ? mine : null;
              }
              if (found.isJoinable(mine.ticket())) {
                return found;
              }
              found.supersede();
              return mine;
            });
    return there == null ? null : new Boarded(there, there == mine);
  }

  /** Whether a load of the key is under way. */
  boolean isRunning(String key) {
    return running.containsKey(key);
  }

  /** The load of the key that is under way. */
  Optional<Flight<?>> running(String key) {
    return Optional.ofNullable(running.get(key));
  }

  /** The flight is over: its value is stored, or will not be. */
  void end(Flight<?> flight) {
    ended.incrementAndGet(stripe(flight.key())); // first: who finds no flight has to see it
    running.remove(flight.key(), flight);
  }

  /** Somebody is about to change the key. */
  void supersede(String key) {
    Flight<?> flight = running.get(key);
    if (flight != null) {
      flight.supersede();
    }
  }

  void forEach(Consumer<Flight<?>> action) {
    running.values().forEach(action);
  }

  /** The same flight if it is of {@code type}, else null. */
  @SuppressWarnings("unchecked") // equal types
  static <T> @Nullable Flight<T> as(ValueType<T> type, Flight<?> flight) {
    return flight.type().equals(type) ? (Flight<T>) flight : null;
  }
}
