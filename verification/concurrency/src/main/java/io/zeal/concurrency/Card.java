package io.zeal.concurrency;

import io.zeal.MaxBytes;
import io.zeal.Patch;

/**
 * A row whose columns say the same thing: whose it is, and a number, as text of that length, as a
 * {@code long} and as a {@code double}. A mixture of two of them is seen at once.
 *
 * @param visits belongs to nothing; for increments
 */
public record Card(
    @MaxBytes(8) String owner, @MaxBytes(64) String text, long number, double half, int visits) {

  private static final int LONGEST = 64;

  /** The card of that owner with that number, and no visits. */
  public static Card of(String owner, int number) {
    return new Card(owner, text(number), spread(number), number / 2.0, 0);
  }

  /** The columns that say the number, without the owner. */
  public static Patch number(int number) {
    return Patch.set("text", text(number)).and("number", spread(number)).and("half", number / 2.0);
  }

  /** The column that says the owner. */
  public static Patch owner(String owner) {
    return Patch.set("owner", owner);
  }

  /** The number that a text says, of 0 to 3; another text is an error. */
  public static int textNumber(String text) {
    for (int number = 0; number < 4; number++) {
      if (text.equals(text(number))) {
        return number;
      }
    }
    throw new IllegalArgumentException("A mixture of texts: " + text);
  }

  /** The owner and the number, like {@code a1}; {@code torn} if the columns do not agree. */
  public String name() {
    int number = (int) (half * 2);
    return text.equals(text(number)) && this.number == spread(number) ? owner + number : "torn";
  }

  /** With the visits, like {@code a1/2}. */
  public String whole() {
    return name() + "/" + visits;
  }

  /** The same with that many visits. */
  public Card visited(int times) {
    return new Card(owner, text, number, half, times);
  }

  private static String text(int number) {
    return Character.toString('a' + number % 26).repeat(1 + number * 23 % LONGEST);
  }

  /** In both halves of the 64 bits, so that half a number is seen. */
  private static long spread(int number) {
    return ((long) number << 32) | number;
  }
}
