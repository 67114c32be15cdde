package io.zeal;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Rows of one schema under text keys, the same for everyone who shares the backend. Rules: {@code
 * docs/contract/store.md}.
 *
 * <p>Safe for any number of threads, virtual ones included. Each change of one row is atomic: a
 * reader sees the row before or after it (S2). If the backend cannot be reached, a call fails with
 * {@link BackendUnavailableException} or {@link OperationTimeoutException} and never answers with a
 * guess (S13); a write that ended in an error says by {@link ZealException#outcome()} whether it
 * may have happened, and never happens twice (S14). Once the {@link Zeal} it came from is closed,
 * every method but {@link #name}, {@link #schema} and {@link #options} throws {@link
 * ZealClosedException}. A key that is empty, too long or not well-formed is an {@link
 * InvalidArgumentException} (S8), and null a {@link NullPointerException}.
 *
 * @param <R> a record, or {@link Row}
 */
public interface Store<R> {

  /** The name it was opened by. */
  String name();

  /** Its columns. */
  Schema<R> schema();

  /** What it was opened with. */
  StoreOptions options();

  /**
   * The row, or empty if there is none or it has expired (S1, S4). A stored 0, "" or false is a
   * value.
   */
  Optional<R> get(String key);

  /**
   * The row with its remaining time to live and its age, at most as stale as {@code options} allow;
   * empty if there is none.
   */
  Optional<Reading<R>> read(String key, ReadOptions options);

  /** Whether there is a row that has not expired. Asks where writes are visible. */
  boolean contains(String key);

  /**
   * Whether {@link #get} would find a row: where the backend keeps copies ({@link
   * Capability#CACHED_READS}) it may be a copy that says so, of the age it may have; elsewhere as
   * {@link #contains}.
   */
  boolean containsCached(String key);

  /**
   * One column of an integer type, without reading the row; empty if there is no row (S1).
   *
   * @throws SchemaException if the column does not exist or is of another type
   */
  OptionalLong getLong(String key, String column);

  /**
   * One {@code FLOAT} or {@code DOUBLE} column; empty if there is no row (S1).
   *
   * @throws SchemaException if the column does not exist or is of another type
   */
  OptionalDouble getDouble(String key, String column);

  /**
   * One {@code BOOLEAN} column; empty if there is no row (S1).
   *
   * @throws SchemaException if the column does not exist or is of another type
   */
  Optional<Boolean> getBoolean(String key, String column);

  /**
   * One {@code TEXT} column; empty if there is no row (S1).
   *
   * @throws SchemaException if the column does not exist or is of another type
   */
  Optional<String> getString(String key, String column);

  /**
   * One {@code BYTES} column; empty if there is no row (S1).
   *
   * @throws SchemaException if the column does not exist or is of another type
   */
  Optional<byte[]> getBytes(String key, String column);

  /**
   * Stores the row, whole, in place of what was there (S2); it lives for the store's ttl from now
   * (S4).
   *
   * @throws CapacityException if a value is longer than its column, or the store is full and
   *     rejects (S9)
   */
  void put(String key, R row);

  /**
   * Stores the row with a time to live of its own: rounded up to milliseconds, zero for no expiry
   * (S4).
   *
   * @throws CapacityException as {@link #put(String, Object)}
   */
  void put(String key, R row, Duration ttl);

  /**
   * Stores the row if there is none, atomically (S11).
   *
   * @return whether it was stored
   * @throws CapacityException as {@link #put(String, Object)}
   */
  boolean putIfAbsent(String key, R row);

  /**
   * Replaces the row if it equals {@code expected} in every column, atomically (S11); keeps the
   * remaining time to live. An {@code expected} too long to be stored equals no row.
   *
   * @return whether it was replaced; false if there is no row
   * @throws CapacityException if a value is longer than its column
   */
  boolean replace(String key, R expected, R next);

  /**
   * Changes the named columns of a row that exists and leaves the others and the time to live alone
   * (S2, S4).
   *
   * @return whether there was a row; if not, nothing happened
   * @throws SchemaException if a column does not exist or a value is of another type
   * @throws CapacityException if a value does not fit its column
   */
  boolean patch(String key, Patch patch);

  /**
   * Adds {@code delta} to a column of an integer type and returns the sum, exactly (S3). An absent
   * row is created with zero columns and the store's ttl; a row that exists keeps its time to live.
   *
   * @throws CapacityException if the sum is outside the column's range; nothing is changed
   * @throws SchemaException if the column does not exist or is of another type
   */
  long increment(String key, String column, long delta);

  /**
   * Adds {@code delta} to a {@code DOUBLE} or {@code FLOAT} column and returns the sum: one
   * IEEE-754 addition in the column's type, bit-equal to Java's (S3). Otherwise as {@link
   * #increment(String, String, long)}.
   *
   * @throws InvalidArgumentException if {@code delta} is NaN or infinite
   * @throws CapacityException if the sum is NaN or infinite; nothing is changed
   * @throws SchemaException if the column does not exist or is of another type
   */
  double increment(String key, String column, double delta);

  /**
   * Sets a column to {@code next} if it equals {@code expected}, atomically (S11); keeps the time
   * to live. Floating numbers are compared by their bits, {@code byte[]} by content; an {@code
   * expected} that does not fit the column equals no row.
   *
   * @return whether it was set; false if there is no row
   * @throws SchemaException if the column does not exist or a value is of another type
   * @throws CapacityException if {@code next} does not fit the column
   */
  boolean compareAndSet(String key, String column, Object expected, Object next);

  /**
   * Starts the row's time to live anew, with the store's ttl (S4). Without a ttl the row no longer
   * expires.
   *
   * @return whether there was a row
   */
  boolean touch(String key);

  /**
   * Starts the row's time to live anew, with {@code ttl}: rounded up to milliseconds, zero for no
   * expiry (S4).
   *
   * @return whether there was a row
   */
  boolean touch(String key, Duration ttl);

  /**
   * Removes the row.
   *
   * @return whether there was one that had not expired
   */
  boolean remove(String key);

  /**
   * Removes the row if it equals {@code expected} in every column, atomically (S11).
   *
   * @return whether it was removed
   */
  boolean remove(String key, R expected);

  /**
   * The rows of {@code keys}, in one trip (S12); a key without a row is in neither map of the
   * result, one that could not be read is among the failures.
   *
   * @throws InvalidArgumentException if one key cannot be used (S8); nothing was read
   */
  BulkResult<R> getAll(Collection<String> keys);

  /**
   * Stores the rows as {@link #put(String, Object)} would, in one trip, in any order (S12). Each is
   * atomic, all together are not. Arguments are checked first: if one row is refused, none is
   * stored.
   *
   * @return per key {@code true}, or its error
   * @throws CapacityException if a value is longer than its column; nothing was stored
   */
  BulkResult<Boolean> putAll(Map<String, ? extends R> rows);

  /**
   * Removes the rows in one trip, in any order (S12).
   *
   * @return per key whether there was a row, or its error
   * @throws InvalidArgumentException if one key cannot be used (S8); nothing was removed
   */
  BulkResult<Boolean> removeAll(Collection<String> keys);

  /**
   * The number of rows that have not expired: exact, and no slower for more rows (S5).
   *
   * @throws UnsupportedCapabilityException if the backend cannot count
   */
  long count();

  /**
   * At most {@code limit} rows behind {@code after} in a stable order of the backend's own; fewer,
   * or none, at the end (S6). {@code ""} is before every key; go on with the last key of the page,
   * which need not exist any more. A row that is there throughout is visited exactly once, whatever
   * happens to others.
   *
   * @throws UnsupportedCapabilityException if the backend cannot page
   */
  java.util.List<Entry<R>> page(String after, int limit);

  /** All rows, page by page as they are taken (S6); nothing stays open. */
  Stream<Entry<R>> stream();

  /** Calls {@code action} for each row, page by page (S6). */
  void forEach(BiConsumer<? super String, ? super R> action);

  /**
   * Removes every row of this store that was written before the call; no row of another store, and
   * none whose write began after the call returned (S7).
   *
   * @throws UnsupportedCapabilityException if the backend cannot clear
   */
  void clear();
}
