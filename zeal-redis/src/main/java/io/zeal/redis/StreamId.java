package io.zeal.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An id that a server gave to an entry of a stream.
 *
 * @param millis when, by its clock
 * @param number which of that millisecond
 */
record StreamId(long millis, long number) implements Comparable<StreamId> {

  private static final Pattern FORM = Pattern.compile("(\\d{1,18})(?:-(\\d{1,18}))?");

  /** Reads one; null if the text is none. */
  static @Nullable StreamId parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? new StreamId(
            Long.parseLong(form.group(1)),
            form.group(2) == null ? 0 : Long.parseLong(form.group(2)))
        : null;
  }

  /** Reads one that a server has. Its parts have no sign: who writes ids may use all 64 bits. */
  static StreamId of(String text) {
    int dash = text.indexOf('-');
    return new StreamId(
        Long.parseUnsignedLong(text.substring(0, dash)),
        Long.parseUnsignedLong(text.substring(dash + 1)));
  }

  @Override
  public int compareTo(StreamId other) {
    int byMillis = Long.compareUnsigned(millis, other.millis);
    return byMillis != 0 ? byMillis : Long.compareUnsigned(number, other.number);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(number);
  }
}
