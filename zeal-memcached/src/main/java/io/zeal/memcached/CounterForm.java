package io.zeal.memcached;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A counter as an item.
 *
 * <p>Decimal digits, to which the server adds by itself; the flags of the item are the low 32 bits
 * of the millisecond in which its window ends. Above 2^62, and with a window too long for 32 bits,
 * {@code =digits@millisecond}: the server adds nothing to that, so that no sum of its own leaves 64
 * bits, and every change is a comparison and a swap.
 *
 * @param value from 0 on
 * @param expiryMillis when the window ends, milliseconds since 1970; 0 without a window
 */
record CounterForm(long value, long expiryMillis) {

  /** From here on the server does not add. */
  static final long HELD = 1L << 62;

  /** The longest window whose end 32 bits of milliseconds tell. */
  static final long LONGEST_PLAIN_WINDOW = 20L * 24 * 60 * 60 * 1000;

  /** By how much the clock of who began a window may be ahead, in milliseconds. */
  private static final long CLOCK_TOLERANCE = 60L * 60 * 1000;

  private static final char MARK = '=';
  private static final char EXPIRY = '@';
  private static final int MOST_DIGITS = 19;

  byte[] value(boolean plain) {
    String text =
        plain
            ? Long.toString(value)
            : MARK + Long.toString(value) + EXPIRY + Long.toString(expiryMillis);
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  int flags(boolean plain) {
    return plain ? (int) expiryMillis : 0;
  }

  /** Whether the server may add to it. */
  boolean isPlain(long windowMillis) {
    return value < HELD && windowMillis <= LONGEST_PLAIN_WINDOW;
  }

  /** Whether its item is out of the server's reach. */
  static boolean isHeld(Item item) {
    return item.value().length > 0 && item.value()[0] == MARK;
  }

  /**
   * The counter in an item; null if it is none.
   *
   * @param windowMillis its window: if there is one, the flags tell when it ends
   */
  static @Nullable CounterForm decode(Item item, long windowMillis, long nowMillis) {
    String text = new String(item.value(), StandardCharsets.US_ASCII);
    try {
      if (text.isEmpty() || text.charAt(0) != MARK) {
        long expiry = windowMillis == 0 ? 0 : expiry(item.flags(), nowMillis);
        boolean possible = expiry - nowMillis <= windowMillis + CLOCK_TOLERANCE;
        return possible ? new CounterForm(digits(text), expiry) : null;
      }
      int at = text.indexOf(EXPIRY);
      return new CounterForm(digits(text.substring(1, at)), digits(text.substring(at + 1)));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      return null;
    }
  }

  /** Whether it is a number, whenever its window may end. */
  static boolean isNumber(Item item) {
    return decode(item, 0, 0) != null;
  }

  private static long digits(String text) {
    if (text.length() > MOST_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new NumberFormatException("no digits");
    }
    return Long.parseLong(text);
  }

  /** The millisecond nearest to now with these low bits. */
  private static long expiry(int flags, long nowMillis) {
    return nowMillis + (flags - (int) nowMillis);
  }

  /** Whether its window is over. */
  boolean isOver(long nowMillis) {
    return expiryMillis != 0 && expiryMillis < nowMillis;
  }
}
