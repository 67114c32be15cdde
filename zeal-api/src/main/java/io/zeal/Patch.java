package io.zeal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Some columns and their new values ({@link Store#patch}, S2). Immutable.
 *
 * <p>A whole number of any width is taken for an integer column if it is in range; otherwise the
 * value's class has to be the column's.
 */
public final class Patch {

  private final Map<String, Object> changes;

  private Patch(Map<String, Object> changes) {
    this.changes = changes;
  }

  /** A patch that changes one column. */
  public static Patch set(String column, Object value) {
    return new Patch(Map.of()).and(column, value);
  }

  /** This patch with one more column; the last value of a column counts. */
  public Patch and(String column, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(changes);
    more.put(Objects.requireNonNull(column, "column"), Objects.requireNonNull(value, "value"));
    return new Patch(more);
  }

  /** The new values by column, in the order they were named. */
  public Map<String, Object> changes() {
    return Collections.unmodifiableMap(changes);
  }

  /** The names of the columns; not the values, which may be secret. */
  @Override
  public String toString() {
    return "Patch" + changes.keySet();
  }
}
