package io.zeal.cache;

import io.zeal.BackendInfo.Scope;
import io.zeal.BulkResult;
import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.ColumnType;
import io.zeal.ErrorCode;
import io.zeal.Overflow;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Row;
import io.zeal.Schema;
import io.zeal.SchemaException;
import io.zeal.StoreOptions;
import io.zeal.spi.Backend;
import io.zeal.spi.ColumnSource;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Texts;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The backend's rows in which a cache keeps what it knows: the bytes of an entry, or of an epoch,
 * and a number, which is the entry's version or the cache's number.
 */
final class EntryRows {

  /** The column of the bytes. */
  static final int BYTES = 0;

  /** The column of the number. */
  static final int NUMBER = 1;

  /** Zeal's own names, which no application can give to a store. */
  private static final String STORE_PREFIX = "zeal:cache:";

  private final String cache;
  private final Rows<Row> rows;
  private final Schema<Row> schema;
  private final int mostBytes;
  private final boolean mayBeCopies;
  private final ReadOptions fresh;
  private final boolean canClear;
  private final boolean canCount;

  EntryRows(Backend backend, String cache, int mostBytes, long capacity) {
    this.cache = cache;
    this.schema =
        Schema.builder()
            .column("entry", ColumnType.BYTES, mostBytes)
            .column("number", ColumnType.LONG)
            .build();
    this.mostBytes = mostBytes;
    this.mayBeCopies = backend.info().can(Capability.CACHED_READS);
    this.fresh = mayBeCopies ? ReadOptions.maxStaleness(Duration.ZERO) : ReadOptions.defaults();
    this.canClear = backend.info().can(Capability.CLEAR);
    this.canCount = backend.info().can(Capability.COUNT);
    StoreOptions options = StoreOptions.defaults().accepting(Capability.EXACT_COUNT);
    if (backend.info().can(Capability.BOUNDED_ROWS)) {
      options = options.withCapacity(capacity).withOverflow(Overflow.EVICT);
    }
    if (backend.info().scope() != Scope.PROCESS) {
      options = options.withTtl(Marks.LIFE); // of rows that an addition makes; others say their own
    }
    this.rows = rows(backend, capacity, options);
  }

  private Rows<Row> rows(Backend backend, long capacity, StoreOptions options) {
    try {
      return backend.rows(new StoreSpec<>(STORE_PREFIX + cache, schema, options, null));
    } catch (CapacityException e) {
      throw new CapacityException(
          ErrorCode.OUT_OF_SPACE,
          "Cache "
              + Texts.quote(cache)
              + " does not fit into its backend, with up to "
              + capacity
              + " entries (zeal.cache.entries) of up to "
              + mostBytes
              + " bytes (zeal.cache.entry-bytes) in memory. It said: "
              + Failed.text(e)
              + " For a cache that is: lower zeal.cache.entries or zeal.cache.entry-bytes, or raise"
              + " what the backend may take.",
          e);
    } catch (SchemaException e) {
      throw new SchemaException(
          ErrorCode.SCHEMA_MISMATCH,
          "Cache "
              + Texts.quote(cache)
              + " is in its backend already, for entries of another size or number. It said: "
              + Failed.text(e)
              + " For a cache that is: give zeal.cache.entries and zeal.cache.entry-bytes the values"
              + " that all others have, or use another name.",
          e);
    }
  }

  /** The name of the cache. */
  String cache() {
    return cache;
  }

  Rows<Row> rows() {
    return rows;
  }

  // --- Reading, always where writes are visible: a copy would be of before an invalidation that
  // was told already (ADR 0073). ---

  /** Rows without their lives. */
  BulkResult<Row> getAll(Collection<String> rowKeys) {
    if (!mayBeCopies) {
      return rows.getAll(rowKeys);
    }
    BulkResult<Reading<Row>> read = readAll(rowKeys);
    Map<String, Row> found = new HashMap<>();
    read.values().forEach((key, reading) -> found.put(key, reading.value()));
    return new BulkResult<>(found, read.failures());
  }

  /** Rows with their lives. */
  BulkResult<Reading<Row>> readAll(Collection<String> rowKeys) {
    return rows.readAll(rowKeys, fresh);
  }

  /** A row with its life. */
  Optional<Reading<Row>> read(String rowKey) {
    return rows.read(rowKey, fresh);
  }

  /** The bucket of a row, whose changes are made in order. */
  int bucketOf(String rowKey) {
    return rows.buckets() == 1 ? 0 : rows.bucketOf(rowKey);
  }

  /** The longest entry that a row takes. */
  int mostBytes() {
    return mostBytes;
  }

  boolean canClear() {
    return canClear;
  }

  boolean canCount() {
    return canCount;
  }

  static byte[] bytes(Row row) {
    return row.bytes(BYTES);
  }

  static long number(Row row) {
    return row.number(NUMBER);
  }

  Write.Put<Row> put(
      String rowKey, byte[] bytes, long number, long ttlMillis, Condition<Row> condition) {
    return new Write.Put<>(rowKey, row(bytes, number), ttlMillis, condition);
  }

  private Row row(byte[] bytes, long number) {
    return Row.copyOf(
        schema,
        new ColumnSource() {
          @Override
          public long number(int column) {
            return number;
          }

          @Override
          public String text(int column) {
            throw new IllegalStateException("no column of text");
          }

          @Override
          public byte[] bytes(int column) {
            return bytes;
          }
        });
  }

  /** Makes a change; whether its condition held. */
  boolean applies(Write<Row> write) {
    return rows.write(write) instanceof WriteResult.Applied;
  }

  /** There is nothing, or the row that a look saw: what may be replaced without losing a change. */
  static Condition<Row> unchangedSince(long version) {
    return version == Ticket.NOTHING
        ? new Condition.Absent<>()
        : new Condition.ColumnEquals<>(NUMBER, version);
  }
}
