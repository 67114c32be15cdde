package io.zeal.tiered;

import io.zeal.Column;
import io.zeal.ColumnType;
import io.zeal.Schema;
import io.zeal.spi.ColumnSource;
import io.zeal.spi.RowMapper;
import io.zeal.spi.Schemas;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Copies as columns: those of the application first, at their own positions, so that its mapper
 * reads the same source; the stamp behind them.
 */
final class NearMapper<R> implements RowMapper<NearRow<R>> {

  private static final List<ColumnType> STAMP =
      List.of(ColumnType.INT, ColumnType.LONG, ColumnType.LONG, ColumnType.LONG, ColumnType.LONG);

  private final RowMapper<R> mapper;
  private final int columns;

  private NearMapper(Schema<R> schema) {
    this.mapper = schema.mapper();
    this.columns = schema.columns().size();
  }

  /** The schema of the copies; no text and no bytes in it is longer than {@code mostBytes}. */
  @SuppressWarnings({"unchecked", "rawtypes"}) // the class of a generic record
  static <R> Schema<NearRow<R>> schema(Schema<R> schema, int mostBytes) {
    List<Column> columns = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (Column column : schema.columns()) {
      taken.add(column.name());
      columns.add(
          column.type().isFixed()
              ? column
              : new Column(column.name(), column.type(), Math.min(column.maxBytes(), mostBytes)));
    }
    int number = 0;
    for (ColumnType type : STAMP) {
      String name = "stamp" + number;
      while (!taken.add(name)) {
        name = "stamp" + ++number;
      }
      columns.add(new Column(name, type, type.bytes()));
    }
    return Schemas.mapped(columns, (Class) NearRow.class, new NearMapper<>(schema));
  }

  @Override
  public NearRow<R> read(ColumnSource source) {
    return new NearRow<>(
        mapper.read(source),
        (int) source.number(columns),
        source.number(columns + 1),
        source.number(columns + 2),
        source.number(columns + 3),
        source.number(columns + 4));
  }

  @Override
  public long number(NearRow<R> row, int column) {
    return switch (column - columns) {
      case 0 -> row.slot();
      case 1 -> row.generation();
      case 2 -> row.stripe();
      case 3 -> row.readNanos();
      case 4 -> row.leftMillis();
      default -> mapper.number(row.value(), column);
    };
  }

  @Override
  public String text(NearRow<R> row, int column) {
    return mapper.text(row.value(), column);
  }

  @Override
  public byte[] bytes(NearRow<R> row, int column) {
    return mapper.bytes(row.value(), column);
  }
}
