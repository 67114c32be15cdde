package io.zeal.benchmarks;

import java.util.Locale;

/**
 * One set of circumstances.
 *
 * @param rows how many rows there are, of which every operation picks one at random; or how many
 *     messages an operation is about
 * @param threads how many threads do the work at the same time
 * @param unit what {@code rows} counts
 */
public record Setting(int rows, int threads, String unit) {

  /** Of rows. */
  public Setting(int rows, int threads) {
    this(rows, threads, "row");
  }

  /** Of messages, {@code messages} in each operation. */
  public static Setting ofMessages(int messages) {
    return new Setting(messages, 1, "message");
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s, %s", counted(rows, unit), counted(threads, "thread"));
  }

  private static String counted(int number, String one) {
    return String.format(Locale.ROOT, "%,d %s%s", number, one, number == 1 ? "" : "s");
  }
}
