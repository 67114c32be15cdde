package io.zeal.cache;

import io.zeal.ValueType;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One load that is under way, and who waits for it.
 *
 * <p>It is in {@link Flights} from before its loader runs until its value is stored. Whoever
 * changes the key meanwhile supersedes it: its value still goes to those who wait, but is not
 * stored, and nobody joins it any more.
 */
final class Flight<T> {

  private final Flights cache;
  private final String key;
  private final ValueType<T> type;
  private final @Nullable Ticket ticket;
  private final @Nullable Flight<?> parent;
  private final CompletableFuture<@Nullable T> result = new CompletableFuture<>();
  private final long startedMillis;
  private final AtomicLong deadlineMillis;

  /** Flights whose end this one's loader waits for. */
  private final Set<Flight<?>> awaited = ConcurrentHashMap.newKeySet();

  private volatile boolean superseded;

  /**
   * A flight of a key.
   *
   * @param cache the flights of its cache
   * @param ticket what the look before it saw; null if nobody could be asked
   * @param parent the flight whose loader asks for it; null for none
   */
  Flight(
      Flights cache,
      String key,
      ValueType<T> type,
      @Nullable Ticket ticket,
      @Nullable Flight<?> parent,
      long startedMillis,
      long deadlineMillis) {
    this.cache = cache;
    this.key = key;
    this.type = type;
    this.ticket = ticket;
    this.parent = parent;
    this.startedMillis = startedMillis;
    this.deadlineMillis = new AtomicLong(deadlineMillis);
  }

  String key() {
    return key;
  }

  ValueType<T> type() {
    return type;
  }

  /** Whether it, or a flight whose loader asks for it, is of that key of that cache. */
  @SuppressWarnings("ReferenceEquality") // flights of a cache are equal to themselves alone
  boolean isWithin(Flights wantedCache, String wantedKey) {
    for (Flight<?> flight = this; flight != null; flight = flight.parent) {
      if (flight.cache == wantedCache && flight.key.equals(wantedKey)) {
        return true;
      }
    }
    return false;
  }

  @Nullable Ticket ticket() {
    return ticket;
  }

  /** Completed with the value, or with what the loader threw. */
  CompletableFuture<@Nullable T> result() {
    return result;
  }

  /** Since when it runs, in milliseconds since the epoch. */
  long startedMillis() {
    return startedMillis;
  }

  /** When the last who waits gives up, in milliseconds since the epoch. */
  long deadlineMillis() {
    return deadlineMillis.get();
  }

  void waitUntil(long millis) {
    deadlineMillis.accumulateAndGet(millis, Math::max);
  }

  /** Its value is older than what the key was changed to: it is not stored. */
  void supersede() {
    superseded = true;
  }

  boolean isSuperseded() {
    return superseded;
  }

  /**
   * Whether somebody who saw {@code seen} may have its value: not if anything was invalidated
   * between its look at the key and theirs.
   */
  boolean isJoinable(@Nullable Ticket seen) {
    return !superseded && Objects.equals(ticket, seen);
  }

  /**
   * Notes that this flight's loader is about to wait for {@code other}.
   *
   * @return false, and nothing is noted, if {@code other} waits for this one, over however many
   *     flights: the wait would never end. Of two that close a circle at the same time at least one
   *     sees it, since each notes before it looks.
   */
  boolean startAwaiting(Flight<?> other) {
    awaited.add(other);
    if (other.awaits(this, ConcurrentHashMap.newKeySet())) {
      awaited.remove(other);
      return false;
    }
    return true;
  }

  void stopAwaiting(Flight<?> other) {
    awaited.remove(other);
  }

  @SuppressWarnings("ReferenceEquality") // a flight is equal to itself alone
  private boolean awaits(Flight<?> wanted, Set<Flight<?>> seen) {
    if (this == wanted) {
      return true;
    }
    for (Flight<?> next : awaited) {
      if (seen.add(next) && next.awaits(wanted, seen)) {
        return true;
      }
    }
    return false;
  }
}
