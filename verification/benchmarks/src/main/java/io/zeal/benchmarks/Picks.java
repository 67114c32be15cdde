package io.zeal.benchmarks;

import java.util.SplittableRandom;

/**
 * The keys one thread asks for: random, made beforehand, the same for every candidate. Not safe for
 * concurrent use.
 *
 * <p>The strings are equal to the keys that the rows were stored under, but not the same objects,
 * as in an application that reads its keys from somewhere. Their hash codes are computed in the
 * warm-up, if not before.
 */
public final class Picks {

  private static final int LENGTH = 1 << 17;
  private static final long SEED = 20_250_916L;

  private final String[] keys;
  private int next;

  /** The picks of thread number {@code thread} among {@code rows} rows. */
  public Picks(int rows, int thread) {
    keys = new String[LENGTH];
    String[] copies = new String[rows];
    for (int row = 0; row < rows; row++) {
      copies[row] = key(row);
    }
    SplittableRandom random = new SplittableRandom(SEED + thread);
    for (int i = 0; i < LENGTH; i++) {
      keys[i] = copies[random.nextInt(rows)];
    }
  }

  private Picks(String[] keys, int next) {
    this.keys = keys;
    this.next = next;
  }

  /** The same keys from another place on, for one of very many threads. */
  Picks from(int place) {
    return new Picks(keys, place);
  }

  /** The key of row number {@code row}, as a new object: {@code user:} and seven digits. */
  public static String key(int row) {
    return "user:" + (1_000_000 + row);
  }

  /** The key of the next operation. */
  public String key() {
    return keys[next++ & (LENGTH - 1)];
  }
}
