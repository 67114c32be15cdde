package io.zeal.tiered;

import java.util.BitSet;

/**
 * Which frames of one writer have been seen: the latest {@value #SIZE} numbers, as IPsec does it
 * (RFC 4303, 3.4.3). Of what is older nothing is known, so it is not taken for seen: numbers are
 * taken before frames are sent, and nothing bounds how many of one call are passed by those of
 * another.
 */
final class RepeatWindow {

  static final int SIZE = 8192;

  private final BitSet seen = new BitSet();
  private long highest;

  /** Whether a number is not known to have been seen; it is from now on, if it is not too old. */
  boolean isNew(long number) {
    if (number > highest) {
      long steps = number - highest;
      if (steps >= SIZE || steps < 0) {
        seen.clear();
      } else {
        for (long passed = highest + 1; passed < number; passed++) {
          seen.clear(place(passed));
        }
      }
      highest = number;
      seen.set(place(number));
      return true;
    }
    if (highest - number >= SIZE || highest - number < 0) {
      return true;
    }
    if (seen.get(place(number))) {
      return false;
    }
    seen.set(place(number));
    return true;
  }

  private static int place(long number) {
    return (int) (number & (SIZE - 1));
  }
}
