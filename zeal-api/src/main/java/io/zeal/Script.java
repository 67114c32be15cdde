package io.zeal;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * A script that the server runs atomically. Immutable.
 *
 * <p>Values go in as keys and arguments, never into the source: a server keeps every source it was
 * given, and text that is pasted into one can end where nobody meant it to.
 *
 * @param source the source in the server's language
 * @param touchedStores the stores whose keys it may be given and whose rows it may change (X6)
 */
public record Script(String source, Set<String> touchedStores) {

  /** Nothing is null. */
  public Script {
    Objects.requireNonNull(source, "source");
    touchedStores = Set.copyOf(touchedStores);
  }

  /** A script that changes no store. */
  public static Script of(String source) {
    return new Script(source, Set.of());
  }

  /**
   * This script, which may change rows of {@code stores} too. It may then be given keys of these
   * stores (X6.1), and copies of their rows are dropped after it ran (X6.2).
   *
   * <p>Give it the keys of all rows that it changes, as keys and not as arguments: where other
   * instances have copies too, they are told by these keys which ones to drop (N6.1).
   */
  public Script touching(String... stores) {
    Set<String> all = new HashSet<>(touchedStores);
    all.addAll(Arrays.asList(stores));
    return new Script(source, all);
  }
}
