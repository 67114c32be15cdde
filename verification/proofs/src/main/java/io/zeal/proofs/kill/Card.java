package io.zeal.proofs.kill;

import io.zeal.MaxBytes;
import io.zeal.Patch;
import io.zeal.Schema;
import java.lang.invoke.MethodHandles;

/**
 * A row whose columns are written together, and a total that is only added to.
 *
 * @param text of any length
 * @param check what the three before it have to be together
 */
record Card(@MaxBytes(LONGEST) String text, long big, int small, long check, long total) {

  static final Schema<Card> SCHEMA = Schema.of(Card.class, MethodHandles.lookup());

  /** As an increment creates it. */
  static final Card ZERO = new Card("", 0, 0, 0, 0);

  private static final int LONGEST = 48;

  /** That of a number: the same one gives the same card. */
  static Card of(long number) {
    long mixed = mix(number);
    char letter = (char) ('a' + Math.floorMod(mixed, 26));
    String text = String.valueOf(letter).repeat((int) Math.floorMod(mixed >>> 8, LONGEST + 1L));
    int small = (int) (mixed >>> 16);
    return new Card(text, mixed, small, check(text, mixed, small), 0);
  }

  static long mix(long number) {
    long mixed = (number + 1) * 0x9E37_79B9_7F4A_7C15L;
    mixed = (mixed ^ (mixed >>> 29)) * 0xBF58_476D_1CE4_E5B9L;
    return mixed ^ (mixed >>> 32);
  }

  private static long check(String text, long big, int small) {
    return text.isEmpty() && big == 0 && small == 0
        ? 0
        : mix(big * 31 + small) ^ ((long) text.hashCode() << 7) ^ text.length();
  }

  /** Whether all columns are of one card. */
  boolean isWhole() {
    return check == check(text, big, small);
  }

  /** Everything but the total. */
  Patch toPatch() {
    return Patch.set("text", text).and("big", big).and("small", small).and("check", check);
  }
}
