package io.zeal.spi;

import io.zeal.Column;
import io.zeal.Schema;
import io.zeal.SchemaException;
import java.util.List;
import java.util.Objects;

/** Schemas that only plugins make. */
public final class Schemas {

  private static final Key KEY = new Key();

  private Schemas() {}

  /** What a schema's constructor asks for, so that applications have no use for it. */
  public static final class Key {
    private Key() {}
  }

  /**
   * A schema whose rows {@code mapper} turns into columns and back; for plugins that keep more than
   * the application's row.
   *
   * @throws SchemaException if there is no column, or two of one name
   */
  public static <R> Schema<R> mapped(List<Column> columns, Class<R> type, RowMapper<R> mapper) {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(mapper, "mapper");
    return new Schema<>(KEY, List.copyOf(columns), type, mapper);
  }
}
