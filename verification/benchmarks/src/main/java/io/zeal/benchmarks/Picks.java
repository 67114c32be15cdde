package io.zeal.benchmarks;

import java.util.Arrays;
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

  /** Of so many rows, so many picks would be few enough to stay in the caches. */
  private static final int MANY_ROWS = 1 << 20;

  private static final int LENGTH_OF_MANY = 1 << 21;
  private static final long SEED = 20_250_916L;

  private final String[] keys;
  private int next;

  /** The picks of thread number {@code thread} among {@code rows} rows. */
  public Picks(int rows, int thread) {
    SplittableRandom random = new SplittableRandom(SEED + thread);
    keys = rows > MANY_ROWS ? ofMany(rows, random) : ofFew(rows, random);
  }

  /** A row has one key, however often it is picked. */
  private static String[] ofFew(int rows, SplittableRandom random) {
    String[] copies = new String[rows];
    Arrays.setAll(copies, Picks::key);
    String[] keys = new String[LENGTH];
    Arrays.setAll(keys, i -> copies[random.nextInt(rows)]);
    return keys;
  }

  /** Each pick has a key of its own: copies of all would take most of the heap. */
  private static String[] ofMany(int rows, SplittableRandom random) {
    String[] keys = new String[LENGTH_OF_MANY];
    Arrays.setAll(keys, i -> key(random.nextInt(rows)));
    return keys;
  }

  private Picks(String[] keys, int next) {
    this.keys = keys;
    this.next = next;
  }

  /** The same keys from another place on, for one of very many threads. */
  Picks from(int place) {
    return new Picks(keys, place);
  }

  /** The key of row number {@code row}, as a new object: {@code user:} and seven or more digits. */
  public static String key(int row) {
    return "user:" + (1_000_000 + row);
  }

  /** The key of the next operation. */
  public String key() {
    return keys[next++ & (keys.length - 1)];
  }
}
