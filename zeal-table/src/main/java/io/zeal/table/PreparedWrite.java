package io.zeal.table;

import io.zeal.spi.Condition;
import io.zeal.spi.RowMapper;
import io.zeal.spi.Write;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Write} with everything pulled out of the application's objects and encoded, so that
 * nothing is allocated and no foreign code runs while a row is held. Made for one call.
 */
final class PreparedWrite {

  /** What is done. */
  enum Kind {
    PUT,
    PATCH,
    ADD,
    REMOVE,
    TOUCH
  }

  /** What has to hold. */
  enum Requirement {
    NOTHING,
    ABSENT,
    PRESENT,
    ROW_EQUALS,
    COLUMN_EQUALS
  }

  final Kind kind;
  final Requirement requirement;
  final Key key;
  final long now;
  final long storeTtlMillis;

  /** Time to live from now, 0 for none, {@link Write#KEEP}; of a put or touch. */
  final long ttlMillis;

  final int column;
  final long summand;

  private final @Nullable RowImage row;
  private final List<ColumnValue> changes;
  private final @Nullable RowImage expectedRow;
  private final @Nullable ColumnValue expectedValue;

  /** The bits of the sum, once an addition was applied. */
  long sum;

  private PreparedWrite(
      Kind kind,
      Key key,
      long now,
      long storeTtlMillis,
      long ttlMillis,
      @Nullable RowImage row,
      List<ColumnValue> changes,
      int column,
      long summand,
      Encoded condition) {
    this.kind = kind;
    this.key = key;
    this.now = now;
    this.storeTtlMillis = storeTtlMillis;
    this.ttlMillis = ttlMillis;
    this.row = row;
    this.changes = changes;
    this.column = column;
    this.summand = summand;
    this.requirement = condition.requirement;
    this.expectedRow = condition.row;
    this.expectedValue = condition.value;
  }

  private record Encoded(
      Requirement requirement, @Nullable RowImage row, @Nullable ColumnValue value) {}

  static <R> PreparedWrite of(
      Write<R> write, Key key, RowMapper<R> mapper, RowCodec codec, long storeTtlMillis, long now) {
    Encoded condition = encode(write.condition(), mapper, codec);
    return switch (write) {
      case Write.Put<R> put ->
          new PreparedWrite(
              Kind.PUT,
              key,
              now,
              storeTtlMillis,
              put.ttlMillis(),
              codec.encode(mapper, put.row()),
              List.of(),
              0,
              0,
              condition);
      case Write.Patch<R> patch ->
          new PreparedWrite(
              Kind.PATCH,
              key,
              now,
              storeTtlMillis,
              Write.KEEP,
              null,
              patch.changes().stream().map(c -> codec.encode(c.column(), c.value())).toList(),
              0,
              0,
              condition);
      case Write.Add<R> add ->
          new PreparedWrite(
              Kind.ADD,
              key,
              now,
              storeTtlMillis,
              Write.KEEP,
              null,
              List.of(),
              add.column(),
              add.bits(),
              condition);
      case Write.Remove<R> ignored ->
          new PreparedWrite(
              Kind.REMOVE, key, now, storeTtlMillis, Write.KEEP, null, List.of(), 0, 0, condition);
      case Write.Touch<R> touch ->
          new PreparedWrite(
              Kind.TOUCH,
              key,
              now,
              storeTtlMillis,
              touch.ttlMillis(),
              null,
              List.of(),
              0,
              0,
              condition);
    };
  }

  private static <R> Encoded encode(Condition<R> condition, RowMapper<R> mapper, RowCodec codec) {
    return switch (condition) {
      case Condition.Always<R> ignored -> new Encoded(Requirement.NOTHING, null, null);
      case Condition.Absent<R> ignored -> new Encoded(Requirement.ABSENT, null, null);
      case Condition.Present<R> ignored -> new Encoded(Requirement.PRESENT, null, null);
      case Condition.RowEquals<R> equals ->
          new Encoded(
              Requirement.ROW_EQUALS, codec.encodeExpected(mapper, equals.expected()), null);
      case Condition.ColumnEquals<R> equals ->
          new Encoded(
              Requirement.COLUMN_EQUALS,
              null,
              codec.encodeExpected(equals.column(), equals.expected()));
    };
  }

  /** Whether it makes a row where there is none. */
  boolean creates() {
    return (kind == Kind.PUT || kind == Kind.ADD)
        && (requirement == Requirement.NOTHING || requirement == Requirement.ABSENT);
  }

  RowImage row() {
    return java.util.Objects.requireNonNull(row);
  }

  int changes() {
    return changes.size();
  }

  ColumnValue change(int i) {
    return changes.get(i);
  }

  RowImage expectedRow() {
    return java.util.Objects.requireNonNull(expectedRow);
  }

  ColumnValue expectedValue() {
    return java.util.Objects.requireNonNull(expectedValue);
  }

  /** The expiry of a row that this write makes. */
  long expiresWhenNew() {
    return expires(kind == Kind.PUT && ttlMillis != Write.KEEP ? ttlMillis : storeTtlMillis);
  }

  /** The expiry that a row which has {@code current} gets. */
  long expiresAfter(long current) {
    return ttlMillis == Write.KEEP ? current : expires(ttlMillis);
  }

  private long expires(long ttl) {
    return ttl == 0 || now > Long.MAX_VALUE - ttl ? ExpiryTree.NEVER : now + ttl;
  }
}
