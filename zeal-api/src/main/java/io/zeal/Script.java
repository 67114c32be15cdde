package io.zeal;

import java.util.Objects;
import java.util.Set;

/**
 * A script that the server runs atomically. Immutable. Values go in as keys and arguments, never
 * into the source.
 *
 * @param source the source in the server's language
 * @param touchedStores the stores whose rows it may change, so that copies of them are dropped
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

  /** This script, which may change rows of {@code stores}. */
  public Script touching(String... stores) {
    return new Script(source, Set.of(stores));
  }
}
