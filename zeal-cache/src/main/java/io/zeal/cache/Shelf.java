package io.zeal.cache;

import io.zeal.BulkResult;
import io.zeal.Stats;
import io.zeal.ZealException;
import java.util.Collection;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where the entries of one cache are: {@link LocalShelf} over a backend of this instance alone,
 * {@link SharedShelf} over one that others share. Safe for concurrent use.
 *
 * <p>What a look found is valid: nothing that was invalidated before the call is ever answered.
 * Results of many keys are named by the application's keys.
 *
 * <p>A {@code changed} is told of the key after its change, whether that succeeded or not, and
 * before a value is stored whose load began earlier.
 */
interface Shelf extends AutoCloseable {

  /** A value and what the look before its load saw. */
  record Fill(RowKey key, Draft draft, Ticket ticket, long startedNanos, BooleanSupplier wanted) {}

  /** What the numbers say of a value that was loaded. */
  enum Standing {
    VALID,
    /** The cache was cleared, or one of its tags invalidated, since the look before its load. */
    INVALID,
    /** A tag of it has no stamp, as before the first value with that tag is stored. */
    UNKNOWN
  }

  /**
   * What is there.
   *
   * @throws ZealException if the backend cannot be asked and no other tier knows
   */
  Found find(RowKey key);

  /**
   * As {@link #find}, for whoever does not ask how long a fresh entry stays so: its life may be
   * {@link Found#FRESH}.
   */
  default Found findFresh(RowKey key) {
    return find(key);
  }

  /** What is there for each key, in one trip; failures are those of the backend. */
  BulkResult<Found> findAll(Collection<RowKey> keys);

  /** Stores a value in place of whatever is there. */
  void put(RowKey key, Draft draft, Consumer<RowKey> changed);

  /** Stores many values, in one trip after the numbers are known. */
  BulkResult<Boolean> putAll(Map<RowKey, Draft> drafts, Consumer<RowKey> changed);

  /**
   * Stores loaded values, each unless the key was changed since its ticket or it is not wanted any
   * more; true for what was stored.
   */
  BulkResult<Boolean> fillAll(Collection<Fill> fills);

  /** What is known now of a value whose load began with {@code ticket} and which has the tags. */
  Standing standing(Ticket ticket, Collection<TagHash> tags);

  /** Removes the entry; whether there was a fresh one. */
  boolean remove(RowKey key, Consumer<RowKey> changed);

  /** Makes the entry stale; whether there was a fresh one. */
  boolean expire(RowKey key, Consumer<RowKey> changed);

  /** Invalidates what has the tag. */
  void removeTag(TagHash tag);

  /** Invalidates everything. */
  void clear();

  /** Entries, dead ones that were not swept yet among them. */
  long count();

  /** Frees what dead entries take. */
  void sweep();

  /**
   * Numbers for the statistics, by name.
   *
   * @param backend what the backend says of itself, which is asked for all caches once
   */
  Map<String, Long> numbers(Supplier<Stats> backend);

  /** Whether it has stored something that a backend without bounds keeps until it is removed. */
  default boolean hasEndless() {
    return false;
  }

  @Override
  void close();
}
