package io.zeal;

import io.zeal.spi.Texts;
import java.util.Objects;

/**
 * One column of a {@link Schema}.
 *
 * @param name its name; any well-formed text of 1 to 63 bytes
 * @param type what it holds
 * @param maxBytes the most bytes of a value: fixed by the type, or the limit of {@code TEXT} and
 *     {@code BYTES}, 1 to {@link #LARGEST} or {@link #UNLIMITED}
 */
public record Column(String name, ColumnType type, int maxBytes) {

  /** The greatest limit of a {@code TEXT} or {@code BYTES} column. */
  public static final int LARGEST = 1 << 20;

  /** The limit of a column without one, which no store may have; see {@link Schema#unlimited}. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** Checks name and limit. */
  public Column {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    int length = Texts.utf8Length(name);
    if (length < 1 || length > 63) {
      throw new SchemaException(
          ErrorCode.INVALID_SCHEMA,
          "Column name "
              + Texts.quote(name)
              + " is "
              + (length < 0 ? "not well-formed Unicode" : length + " bytes of UTF-8")
              + ". Use 1 to 63 bytes of well-formed text.");
    }
    if (type.isFixed() ? maxBytes != type.bytes() : !isLimit(maxBytes)) {
      throw new SchemaException(
          ErrorCode.INVALID_SCHEMA,
          "Column "
              + Texts.quote(name)
              + " of type "
              + type
              + " has a limit of "
              + maxBytes
              + " bytes. Use "
              + (type.isFixed() ? "exactly " + type.bytes() : "1 to " + LARGEST)
              + ".");
    }
  }

  private static boolean isLimit(int bytes) {
    return bytes == UNLIMITED || (bytes >= 1 && bytes <= LARGEST);
  }

  /**
   * Name, type and limit, for example {@code name:TEXT(64)}. A name that is more than letters and
   * digits of ASCII, {@code _}, {@code -} and {@code .} is quoted, so that no two columns look the
   * same.
   */
  @Override
  public String toString() {
    String shown = name.chars().allMatch(Column::isPlain) ? name : "'" + Texts.escaped(name) + "'";
    String typed = shown + ":" + type;
    return type.isFixed() || maxBytes == UNLIMITED ? typed : typed + "(" + maxBytes + ")";
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-'
        || c == '.';
  }
}
