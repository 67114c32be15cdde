package io.zeal;

import io.zeal.spi.Texts;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** Checks and converts single column values at the public door. */
final class Values {

  private static final byte[] NO_BYTES = {};

  private Values() {}

  static Object zero(ColumnType type) {
    return switch (type) {
      case TEXT -> "";
      case BYTES -> NO_BYTES;
      default -> type.fromBits(0);
    };
  }

  /**
   * {@code value} as the Java class of the column, checked against its type, range and length. A
   * whole number of any width is taken where it is in range, a {@code float} where a {@code double}
   * is stored; nothing else is converted.
   */
  static Object of(Column column, Object value) {
    if (isOutside(column, value)) {
      ColumnType type = column.type();
      throw new CapacityException(
          ErrorCode.NUMBER_OUT_OF_RANGE,
          "Column "
              + Texts.quote(column.name())
              + " is "
              + type
              + ", from "
              + type.minValue()
              + " to "
              + type.maxValue()
              + "; the given number is outside. Use a wider column.");
    }
    Object typed = typed(column, value);
    requireLength(column, length(column, typed));
    return typed;
  }

  /**
   * The same for a value to compare with: empty if it is out of range or too long, for then no row
   * has it.
   */
  static Optional<Object> comparable(Column column, Object value) {
    if (isOutside(column, value)) {
      return Optional.empty();
    }
    Object typed = typed(column, value);
    return length(column, typed) <= column.maxBytes() ? Optional.of(typed) : Optional.empty();
  }

  private static boolean isOutside(Column column, Object value) {
    Objects.requireNonNull(value, () -> "value of column " + Texts.quote(column.name()));
    if (!column.type().isInteger() || !isWhole(value)) {
      return false;
    }
    long number = ((Number) value).longValue();
    return number < column.type().minValue() || number > column.type().maxValue();
  }

  private static Object typed(Column column, Object value) {
    ColumnType type = column.type();
    if (type.isInteger() && isWhole(value)) {
      return type.fromBits(((Number) value).longValue());
    }
    if (type == ColumnType.DOUBLE && value instanceof Float number) {
      return number.doubleValue();
    }
    if (!type.javaType().isInstance(value)) {
      throw new SchemaException(
          ErrorCode.COLUMN_TYPE,
          "Column "
              + Texts.quote(column.name())
              + " is "
              + type
              + " and takes "
              + type.javaType().getSimpleName()
              + "; found "
              + value.getClass().getSimpleName()
              + ".");
    }
    return value instanceof byte[] bytes ? bytes.clone() : value;
  }

  private static boolean isWhole(Object value) {
    return value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte;
  }

  private static int length(Column column, Object value) {
    return switch (value) {
      case String text -> length(column, text);
      case byte[] bytes -> bytes.length;
      default -> 0;
    };
  }

  /** The bytes of a text; refuses one that is not well-formed. */
  static int length(Column column, String text) {
    int length = Texts.utf8Length(text);
    if (length < 0) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "Column "
              + Texts.quote(column.name())
              + ": the text is not well-formed Unicode (a lone surrogate)."
              + " Mend the text, or use a BYTES column.");
    }
    return length;
  }

  /** Refuses a value longer than its column (S9). */
  static void requireLength(Column column, int bytes) {
    if (bytes > column.maxBytes()) {
      throw tooLong("", column, bytes);
    }
  }

  /** What to throw for it; {@code where} begins the message. */
  static CapacityException tooLong(String where, Column column, int bytes) {
    return new CapacityException(
        ErrorCode.VALUE_TOO_LONG,
        where
            + "Column "
            + Texts.quote(column.name())
            + " holds "
            + column.maxBytes()
            + " bytes; the value has "
            + bytes
            + ". Shorten the value or widen the column.");
  }

  static void requireType(Column column, String wanted, Predicate<ColumnType> fits) {
    if (!fits.test(column.type())) {
      throw new SchemaException(
          ErrorCode.COLUMN_TYPE,
          "Column "
              + Texts.quote(column.name())
              + " is "
              + column.type()
              + "; the call needs a "
              + wanted
              + ".");
    }
  }
}
