package io.zeal.table;

import io.zeal.spi.Condition;
import io.zeal.spi.RowMapper;
import io.zeal.spi.Write;
import java.util.List;
import java.util.Objects;
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

  /** The time of the write: that when it began, or a later one that others had seen by then. */
  long now;

  private final long storeTtlMillis;
  private final @Nullable RowImage expectedRow;
  private final @Nullable ColumnValue expectedValue;

  // What only some kinds have; set by of, and not changed after.
  private long ttlMillis = Write.KEEP;
  private @Nullable RowImage row;
  private List<ColumnValue> changes = List.of();
  private int column;
  private long summand;

  /** The bits of the sum, once an addition was applied. */
  long sum;

  /** The row that it found missing when it looked last; null before. */
  Supply.@Nullable Missing missing;

  /** Since when that is so. */
  long missingSinceNanos;

  /** When it looked last. */
  long missingLookedNanos;

  /** Who was in the way of the last attempt, {@link Owner#NOBODY} if that is not known. */
  int blockedBy;

  private PreparedWrite(Kind kind, Encoded condition, Key key, long now, long storeTtlMillis) {
    this.kind = kind;
    this.requirement = condition.requirement;
    this.expectedRow = condition.row;
    this.expectedValue = condition.value;
    this.key = key;
    this.now = now;
    this.storeTtlMillis = storeTtlMillis;
  }

  private record Encoded(
      Requirement requirement, @Nullable RowImage row, @Nullable ColumnValue value) {}

  static <R> PreparedWrite of(
      Write<R> write, Key key, RowMapper<R> mapper, RowCodec codec, long storeTtlMillis, long now) {
    Encoded condition = encode(write.condition(), mapper, codec);
    return switch (write) {
      case Write.Put<R> put ->
          new PreparedWrite(Kind.PUT, condition, key, now, storeTtlMillis)
              .ttl(put.ttlMillis())
              .row(codec.encode(mapper, put.row()));
      case Write.Patch<R> patch ->
          new PreparedWrite(Kind.PATCH, condition, key, now, storeTtlMillis)
              .changes(
                  patch.changes().stream().map(c -> codec.encode(c.column(), c.value())).toList());
      case Write.Add<R> add ->
          new PreparedWrite(Kind.ADD, condition, key, now, storeTtlMillis)
              .summand(add.column(), add.bits());
      case Write.Remove<R> ignored ->
          new PreparedWrite(Kind.REMOVE, condition, key, now, storeTtlMillis);
      case Write.Touch<R> touch ->
          new PreparedWrite(Kind.TOUCH, condition, key, now, storeTtlMillis).ttl(touch.ttlMillis());
    };
  }

  /** Stores columns under a key that has none; they do not expire. */
  static PreparedWrite ifAbsent(Key key, RowImage columns) {
    return new PreparedWrite(Kind.PUT, new Encoded(Requirement.ABSENT, null, null), key, 0, 0)
        .ttl(0)
        .row(columns);
  }

  /** Others have seen this time: what this write makes must not have expired for them. */
  void seen(long time) {
    now = Math.max(now, time);
  }

  private PreparedWrite ttl(long millis) {
    ttlMillis = millis;
    return this;
  }

  private PreparedWrite row(RowImage image) {
    row = image;
    return this;
  }

  private PreparedWrite changes(List<ColumnValue> values) {
    changes = values;
    return this;
  }

  private PreparedWrite summand(int toColumn, long bits) {
    column = toColumn;
    summand = bits;
    return this;
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

  /**
   * Whether it changes one number of a row that is there, which is stored at once: then no reader
   * can see a part of it, and no intent is needed.
   */
  boolean isOfOneNumber() {
    return switch (kind) {
      case ADD, TOUCH -> true;
      case PATCH -> changes.size() == 1 && changes.getFirst().isNumber();
      case PUT, REMOVE -> false;
    };
  }

  /** Whether it makes a row where there is none. */
  boolean creates() {
    return (kind == Kind.PUT || kind == Kind.ADD)
        && (requirement == Requirement.NOTHING || requirement == Requirement.ABSENT);
  }

  /** The columns of a put. */
  RowImage row() {
    return Objects.requireNonNull(row);
  }

  int changes() {
    return changes.size();
  }

  ColumnValue change(int i) {
    return changes.get(i);
  }

  /** The column of an addition. */
  int column() {
    return column;
  }

  /** The bits that an addition adds. */
  long summand() {
    return summand;
  }

  RowImage expectedRow() {
    return Objects.requireNonNull(expectedRow);
  }

  ColumnValue expectedValue() {
    return Objects.requireNonNull(expectedValue);
  }

  /**
   * The expiry of a row that this write makes: its own time to live, else the store's; 0 is none.
   */
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
