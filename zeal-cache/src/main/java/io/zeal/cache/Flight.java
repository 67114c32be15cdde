package io.zeal.cache;

import io.zeal.ValueType;
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
 *
 * <p>An invalidation of a tag supersedes nothing by itself, since nobody knows all tags of a value
 * before it is loaded. Who looked at the key later than the flight compares the stamps of its tags
 * ({@link #isOlderThan}).
 */
final class Flight<T> {

  private final Flights cache;
  private final String key;
  private final ValueType<T> type;
  private final @Nullable Ticket ticket;
  private final @Nullable Flight<?> parent;
  private final long invalidations;
  private final CompletableFuture<@Nullable T> result = new CompletableFuture<>();
  private final long startedMillis;
  private final AtomicLong deadlineMillis;

  /** Flights whose end this one's loader waits for. */
  private final Set<Flight<?>> awaited = ConcurrentHashMap.newKeySet();

  private volatile Set<String> tags;
  private volatile boolean superseded;
  private volatile boolean shut;

  /**
   * A flight of a key.
   *
   * @param cache the flights of its cache
   * @param ticket what the look before it saw; null if nobody could be asked
   * @param parent the flight whose loader asks for it; null for none
   * @param tags those of its options
   * @param invalidations {@link Flights.Before#invalidations} of the look before it
   */
  Flight(
      Flights cache,
      String key,
      ValueType<T> type,
      @Nullable Ticket ticket,
      @Nullable Flight<?> parent,
      Set<String> tags,
      long invalidations,
      long startedMillis,
      long deadlineMillis) {
    this.cache = cache;
    this.key = key;
    this.type = type;
    this.ticket = ticket;
    this.parent = parent;
    this.tags = tags;
    this.invalidations = invalidations;
    this.startedMillis = startedMillis;
    this.deadlineMillis = new AtomicLong(deadlineMillis);
  }

  String key() {
    return key;
  }

  ValueType<T> type() {
    return type;
  }

  /**
   * Whether it, or a flight whose loader asks for it, is of that key of that cache. One that is
   * over waits for nobody.
   */
  @SuppressWarnings("ReferenceEquality") // flights of a cache are equal to themselves alone
  boolean isWithin(Flights wantedCache, String wantedKey) {
    for (Flight<?> flight = this; flight != null; flight = flight.parent) {
      if (flight.cache == wantedCache && flight.key.equals(wantedKey) && !flight.result.isDone()) {
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

  /** Nobody joins it any more; its value is stored all the same. */
  void shut() {
    shut = true;
  }

  /** The tags that are known by now; all of them once it has a result. */
  Set<String> tags() {
    return tags;
  }

  /** In the loader's thread. */
  void tags(Set<String> all) {
    tags = all;
  }

  /**
   * Whether whoever would begin {@code other} may wait for this one instead.
   *
   * <p>Not if the key was changed, or the cache cleared, between the two looks. A row that is not
   * there any more is no change: it expired, or its server evicted it; a removal leaves a mark. An
   * invalidation of a tag does not matter here, see {@link #isOlderThan}. Who could not ask the
   * backend joins any that this instance has not invalidated anything since.
   */
  boolean isJoinable(Flight<?> other) {
    if (superseded || shut) {
      return false;
    }
    Ticket seen = other.ticket;
    if (seen == null) {
      return invalidations >= other.invalidations;
    }
    return ticket != null
        && ticket.epoch() == seen.epoch()
        && (ticket.version() == seen.version() || seen.version() == Ticket.NOTHING);
  }

  /** Whether the cache was cleared between this one and {@code other}, in whatever order. */
  boolean isOfAnotherEpoch(Flight<?> other) {
    return ticket != null && other.ticket != null && ticket.epoch() != other.ticket.epoch();
  }

  /**
   * Whether a tag may have been invalidated between the look before this flight and a look that saw
   * {@code since}: then the stamps tell whether it was one of this flight's.
   */
  boolean isOlderThan(@Nullable Ticket since) {
    return ticket != null
        && since != null
        && (ticket.epoch() != since.epoch() || ticket.number() < since.number());
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
