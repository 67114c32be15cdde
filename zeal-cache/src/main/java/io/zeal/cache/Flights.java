package io.zeal.cache;

import io.zeal.ValueType;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The loads that are under way, at most one that can be joined for each key. Nothing is loaded,
 * waited for or told anybody inside the map.
 */
final class Flights {

  private final ConcurrentHashMap<String, Flight<?>> running = new ConcurrentHashMap<>();

  /** A flight to wait for, and whether it is up to the caller to start its loader. */
  record Boarded(Flight<?> flight, boolean own) {}

  /**
   * The flight of the key that may be joined, or {@code mine}, which then takes its place. What it
   * displaces is superseded: nobody would find it any more to tell it of a change.
   */
  @SuppressWarnings("ReferenceEquality") // whether it is ours is the question
  Boarded board(Flight<?> mine) {
    Flight<?> there =
        running.compute(
            mine.key(),
            (key, found) -> {
              if (found == null) {
                return mine;
              }
              if (found.isJoinable(mine.ticket())) {
                return found;
              }
              found.supersede();
              return mine;
            });
    return new Boarded(there, there == mine);
  }

  /** Whether a load of the key is under way. */
  boolean isRunning(String key) {
    return running.containsKey(key);
  }

  /** The flight is over: its value is stored, or will not be. */
  void end(Flight<?> flight) {
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
