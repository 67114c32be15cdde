package io.zeal.spi;

import io.zeal.BulkResult;
import io.zeal.Capability;
import io.zeal.Entry;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.ZealException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One store of a backend: its spec, five verbs, and conveniences above them that a backend
 * overrides where it can do better. Rules S1 to S14 are the backend's to keep; {@code io.zeal}
 * checks arguments, binds records and writes error texts above it.
 *
 * <p>A decorator extends {@link ForwardingRows}, which passes every method on to the same method,
 * so that what a backend does better stays better.
 *
 * @param <R> the application's row
 */
public interface Rows<R> {

  /** The row with its remaining time to live; empty if there is none or it has expired. */
  Optional<Reading<R>> read(String key, ReadOptions options);

  /** Makes one change, or throws. */
  WriteResult write(Write<R> write);

  /** The number of rows that have not expired (S5). */
  long count();

  /** At most {@code limit} rows behind {@code after}, {@code ""} being before every key (S6). */
  List<Entry<R>> page(String after, int limit);

  /** Removes every row written before the call (S7). */
  void clear();

  /** The row alone. */
  default Optional<R> get(String key) {
    return read(key, ReadOptions.defaults()).map(Reading::value);
  }

  /** Whether there is a row; asks where writes are visible. */
  default boolean contains(String key) {
    return read(key, ReadOptions.maxStaleness(java.time.Duration.ZERO)).isPresent();
  }

  /** Whether {@link #get} would find a row; who keeps copies may answer from one. */
  default boolean containsCached(String key) {
    return contains(key);
  }

  /** What the store was opened with. */
  StoreSpec<R> spec();

  /** The bits of one number or boolean column. */
  default OptionalLong number(String key, int column) {
    Optional<R> row = get(key);
    return row.isPresent()
        ? OptionalLong.of(spec().mapper().number(row.get(), column))
        : OptionalLong.empty();
  }

  /** One {@code TEXT} column. */
  default Optional<String> text(String key, int column) {
    return get(key).map(row -> spec().mapper().text(row, column));
  }

  /** One {@code BYTES} column; an array nobody else holds. */
  default Optional<byte[]> bytes(String key, int column) {
    return get(key).map(row -> spec().mapper().bytes(row, column));
  }

  /** The rows of {@code keys}; a remote backend makes it one trip (S12). */
  default BulkResult<R> getAll(Collection<String> keys) {
    Map<String, R> found = new LinkedHashMap<>();
    Map<String, ZealException> failed = new LinkedHashMap<>();
    for (String key : keys) {
      try {
        get(key).ifPresent(row -> found.put(key, row));
      } catch (ZealException e) {
        failed.put(key, e);
      }
    }
    return new BulkResult<>(found, failed);
  }

  /**
   * The rows of {@code keys}, each with its remaining time to live; a remote backend makes it one
   * trip (S12).
   */
  default BulkResult<Reading<R>> readAll(Collection<String> keys, ReadOptions options) {
    Map<String, Reading<R>> found = new LinkedHashMap<>();
    Map<String, ZealException> failed = new LinkedHashMap<>();
    for (String key : keys) {
      try {
        read(key, options).ifPresent(row -> found.put(key, row));
      } catch (ZealException e) {
        failed.put(key, e);
      }
    }
    return new BulkResult<>(found, failed);
  }

  /**
   * Makes many changes; one result each, in the order given. A remote backend makes it one trip
   * (S12), and those of one bucket in the order given as long as nothing has to be sent again: a
   * server that goes back to an earlier state then has a beginning of them.
   */
  default List<WriteResult> writeAll(List<Write<R>> writes) {
    List<WriteResult> results = new ArrayList<>(writes.size());
    for (Write<R> write : writes) {
      try {
        results.add(write(write));
      } catch (ZealException e) {
        results.add(new WriteResult.Failed(e));
      }
    }
    return results;
  }

  /**
   * Adds to a number column and answers the sum: a {@link Write.Add} without a condition, for a
   * backend that can do that without making an object.
   *
   * @param bits as {@link Write.Add#bits()}; so is what it answers
   */
  default long add(String key, int column, long bits) {
    return switch (write(new Write.Add<>(key, column, bits, new Condition.Always<>()))) {
      case WriteResult.Added(long sum) -> sum;
      case WriteResult other ->
          throw new IllegalStateException(
              "Backend of store "
                  + Texts.quote(spec().name())
                  + " answered an addition with "
                  + other);
    };
  }

  /**
   * Whether calls with one key are given any key, as the application did, and refuse a bad one by
   * {@link StoreSpec#requireKey}: for a backend that knows many of its keys already, and need not
   * look at those again. Keys of calls with many, and of pages, are good in any case. A decorator
   * that changes keys answers false: what it makes of a bad one may be good.
   */
  default boolean checksKeys() {
    return false;
  }

  /** How many buckets the store has; each orders its own changes ({@link Announcer}). */
  default int buckets() {
    return 1;
  }

  /**
   * The bucket of a key, whether there is a row or not: 0 to {@link #buckets()} - 1, the same for
   * the store's whole life and for everyone who shares it. Asks nobody.
   */
  default int bucketOf(String key) {
    return 0;
  }

  /**
   * Publishes a frame with the current sequences of all buckets and changes nothing; needs {@code
   * Capability.ANNOUNCE}. Reading a bucket's sequence and publishing it is one atomic step, so that
   * whoever receives the frame has been sent every announcement up to those numbers: a node that
   * gets its own nonce back so knows that it missed nothing.
   *
   * <p>One message covers all buckets where the server can read them in one step; else (a cluster)
   * the frame goes out in several messages, each with the buckets it covers.
   *
   * @throws UnsupportedCapabilityException if the backend cannot announce
   */
  default void announce(Announcement announcement) {
    throw new UnsupportedCapabilityException(
        Capability.ANNOUNCE, "This backend cannot announce. Use one that can, for example redis.");
  }
}
