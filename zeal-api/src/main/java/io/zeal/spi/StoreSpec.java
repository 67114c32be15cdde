package io.zeal.spi;

import io.zeal.CapacityException;
import io.zeal.CodecException;
import io.zeal.Column;
import io.zeal.ColumnType;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Schema;
import io.zeal.SchemaException;
import io.zeal.StoreOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a backend is asked to attach to or to create.
 *
 * @param name the store's name: 1 to 63 bytes of well-formed text, any characters; up to 127 for
 *     Zeal's own, which begin with {@code zeal:}
 * @param schema its columns and their mapper
 * @param options its ttl, capacity, overflow policy and key limit
 * @param announcer what to publish within each write, or null
 * @param <R> the application's row
 */
public record StoreSpec<R>(
    String name, Schema<R> schema, StoreOptions options, @Nullable Announcer announcer) {

  /**
   * Nothing but the announcer is null.
   *
   * @throws SchemaException if a column has no limit
   */
  public StoreSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(options, "options");
    for (Column column : schema.columns()) {
      if (column.maxBytes() == Column.UNLIMITED) {
        throw new SchemaException(
            ErrorCode.INVALID_SCHEMA,
            "Store '"
                + name
                + "': column '"
                + column.name()
                + "' has no limit, as in Schema.unlimited, which is for codecs. Give it one: Schema.of"
                + " with @MaxBytes(n), or Schema.builder.");
      }
    }
  }

  /**
   * The same store, with every write announced; only for a backend with {@code
   * Capability.ANNOUNCE}.
   */
  public StoreSpec<R> withAnnouncer(Announcer announcer) {
    return new StoreSpec<>(name, schema, options, Objects.requireNonNull(announcer, "announcer"));
  }

  /**
   * Returns a key if it may be one of this store (S8): well-formed text of 1 byte of UTF-8 to the
   * key limit. Backends are given no other, but for those that ask for it ({@link
   * Rows#checksKeys}).
   *
   * @throws InvalidArgumentException if it may not
   */
  public String requireKey(String key) {
    int length = Texts.utf8Length(Objects.requireNonNull(key, "key"));
    int limit = options.keyLimit();
    if (length < 1 || length > limit) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_KEY,
          "Store "
              + Texts.quote(name)
              + ": key "
              + Texts.quote(key)
              + " is "
              + Texts.size(length)
              + "; the limit is 1 to "
              + limit
              + " bytes of well-formed text. Use a shorter key or raise StoreOptions.withKeyLimit.");
    }
    return key;
  }

  /** The mapper of the schema. */
  public RowMapper<R> mapper() {
    return schema.mapper();
  }

  /** The store's time to live in milliseconds, 0 for none. */
  public long ttlMillis() {
    return options.ttl().map(java.time.Duration::toMillis).orElse(0L);
  }

  /**
   * What has to be the same for everyone who attaches, as text: what a shared backend records
   * beside the rows (S10). For example {@code 1:(name:TEXT(64), score:LONG) ttl=60000ms,
   * capacity=16384, overflow=REJECT, keyLimit=63}.
   *
   * <p>The text is stable: equal on every JVM and in every release. Should it ever have to change,
   * the number in front changes with it.
   */
  public String fingerprint() {
    return Fingerprint.of(this);
  }

  /**
   * Refuses to attach this spec to a store that exists with another one (S10).
   *
   * @throws SchemaException if the fingerprints differ; it shows both
   */
  public void requireSame(String existing) {
    if (!existing.equals(fingerprint())) {
      throw new SchemaException(
          ErrorCode.SCHEMA_MISMATCH,
          "Store '"
              + name
              + "' exists as "
              + existing
              + " and was opened as "
              + fingerprint()
              + ". Open it with what it has, or use another name.");
    }
  }

  /**
   * Builds a row; what a backend calls in place of {@link RowMapper#read}, so that an error names
   * the row.
   *
   * @throws CodecException if the record refuses what is stored
   */
  public R read(String key, ColumnSource source) {
    try {
      return mapper().read(source);
    } catch (CodecException e) {
      String said = String.valueOf(e.getMessage()).replace(" " + e.code(), "");
      throw new CodecException(
          ErrorCode.CODEC, "Store '" + name + "', key '" + key + "': " + said, e.getCause());
    }
  }

  /**
   * The sum of two values of a number column, in the form of {@link Write.Add#bits()}.
   *
   * @throws CapacityException if it is outside the column's range or not finite
   */
  public long sum(int column, long bits, long summand) {
    ColumnType type = schema.column(column).type();
    return switch (type) {
      case FLOAT -> {
        float sum = Float.intBitsToFloat((int) bits) + Float.intBitsToFloat((int) summand);
        yield fitting(Float.isFinite(sum), column, Float.floatToRawIntBits(sum));
      }
      case DOUBLE -> {
        double sum = Double.longBitsToDouble(bits) + Double.longBitsToDouble(summand);
        yield fitting(Double.isFinite(sum), column, Double.doubleToRawLongBits(sum));
      }
      default -> {
        long sum = bits + summand;
        boolean wrapped = ((bits ^ sum) & (summand ^ sum)) < 0;
        boolean inRange = sum >= type.minValue() && sum <= type.maxValue();
        yield fitting(inRange && !wrapped, column, sum);
      }
    };
  }

  private long fitting(boolean fits, int column, long sum) {
    if (!fits) {
      throw outOfRange(column);
    }
    return sum;
  }

  /** What to throw when a sum does not fit its column (S3). */
  public CapacityException outOfRange(int column) {
    Column found = schema.column(column);
    ColumnType type = found.type();
    String range =
        type.isInteger() ? ", from " + type.minValue() + " to " + type.maxValue() : ", finite";
    return new CapacityException(
        ErrorCode.NUMBER_OUT_OF_RANGE,
        "Store '"
            + name
            + "', column '"
            + found.name()
            + "' is "
            + type
            + range
            + "; the sum is outside. Nothing was changed. Use a wider column or a smaller summand.");
  }

  /** What to throw when a row finds no room and the overflow policy is {@code REJECT} (S9). */
  public CapacityException full() {
    return new CapacityException(
        ErrorCode.STORE_FULL,
        "Store '"
            + name
            + "' holds its "
            + options.capacity()
            + " rows and its overflow policy is REJECT. Nothing was changed. Remove rows, raise"
            + " StoreOptions.withCapacity, or use Overflow.EVICT.");
  }
}
