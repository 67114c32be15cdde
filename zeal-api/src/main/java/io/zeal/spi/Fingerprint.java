package io.zeal.spi;

import io.zeal.Column;
import io.zeal.StoreOptions;
import java.util.HexFormat;

/**
 * A store's columns and options as text that a server keeps for years and other releases on other
 * JVMs compare: so nothing here comes from a {@code toString()}, a locale or the JDK's tables of
 * characters.
 *
 * <p>A change of the text needs another version in front, and code that still knows the old one.
 */
final class Fingerprint {

  private static final String VERSION = "1:";

  private final StringBuilder text = new StringBuilder(VERSION);

  private Fingerprint() {}

  static String of(StoreSpec<?> spec) {
    Fingerprint fingerprint = new Fingerprint();
    String separator = "(";
    for (Column column : spec.schema().columns()) {
      fingerprint.text.append(separator);
      fingerprint.column(column);
      separator = ", ";
    }
    fingerprint.text.append(") ");
    fingerprint.options(spec.options(), spec.ttlMillis());
    return fingerprint.text.toString();
  }

  private void column(Column column) {
    name(column.name());
    text.append(':').append(column.type().name());
    if (!column.type().isFixed()) {
      text.append('(').append(column.maxBytes()).append(')');
    }
  }

  /** As it is, or quoted with all but printable ASCII escaped: no two names have one text. */
  private void name(String name) {
    if (name.chars().allMatch(Fingerprint::isPlain)) {
      text.append(name);
      return;
    }
    text.append('\'');
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '\'' || c == '\\') {
        text.append('\\').append(c);
      } else if (c >= ' ' && c <= '~') {
        text.append(c);
      } else {
        text.append("\\u").append(HexFormat.of().toHexDigits(c));
      }
    }
    text.append('\'');
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-'
        || c == '.';
  }

  private void options(StoreOptions options, long ttlMillis) {
    text.append("ttl=").append(ttlMillis == 0 ? "none" : ttlMillis + "ms");
    text.append(", capacity=").append(options.capacity());
    text.append(", overflow=").append(options.overflow().name());
    text.append(", keyLimit=").append(options.keyLimit());
  }
}
