package io.zeal.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.zeal.Column;
import io.zeal.ColumnType;
import io.zeal.Row;
import io.zeal.Schema;
import io.zeal.SchemaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemasTest {

  /** A row of the application, and what a plugin keeps with it. */
  private record Stamped(long value, long stamp) {}

  private static final Column VALUE = new Column("value", ColumnType.LONG, 8);
  private static final Column STAMP = new Column("stamp", ColumnType.LONG, 8);

  private static final RowMapper<Stamped> MAPPER =
      new RowMapper<>() {
        @Override
        public Stamped read(ColumnSource source) {
          return new Stamped(source.number(0), source.number(1));
        }

        @Override
        public long number(Stamped row, int column) {
          return column == 0 ? row.value() : row.stamp();
        }

        @Override
        public String text(Stamped row, int column) {
          throw new AssertionError("no column of text");
        }

        @Override
        public byte[] bytes(Stamped row, int column) {
          throw new AssertionError("no column of bytes");
        }
      };

  @Test
  void aSchemaHasTheMapperThatItWasGiven() {
    List<Column> columns = new ArrayList<>(List.of(VALUE, STAMP));
    Schema<Stamped> schema = Schemas.mapped(columns, Stamped.class, MAPPER);
    columns.clear();

    assertThat(schema.columns()).containsExactly(VALUE, STAMP);
    assertThat(schema.type()).isEqualTo(Stamped.class);
    assertThat(schema.mapper()).isSameAs(MAPPER);
    assertThat(schema.position("stamp")).isEqualTo(1);
    Schema<Row> same =
        Schema.builder().column("value", ColumnType.LONG).column("stamp", ColumnType.LONG).build();
    assertThat(schema).isEqualTo(same).hasSameHashCodeAs(same);
    Row row = Row.of(same, Map.of("value", 3L, "stamp", 4L));
    assertThat(schema.mapper().read(row)).isEqualTo(new Stamped(3, 4));
  }

  @Test
  void columnsThatMakeNoSchemaAreRefused() {
    assertThatExceptionOfType(SchemaException.class)
        .isThrownBy(() -> Schemas.mapped(List.of(), Stamped.class, MAPPER))
        .withMessageContaining("no columns");
    assertThatExceptionOfType(SchemaException.class)
        .isThrownBy(() -> Schemas.mapped(List.of(VALUE, VALUE), Stamped.class, MAPPER))
        .withMessageContaining("is there twice");
  }

  @Test
  @SuppressWarnings("NullAway") // what callers without a checker may do
  void nullIsRefused() {
    assertThatNullPointerException().isThrownBy(() -> Schemas.mapped(null, Stamped.class, MAPPER));
    assertThatNullPointerException()
        .isThrownBy(() -> Schemas.mapped(List.of(VALUE), null, MAPPER))
        .withMessage("type");
    assertThatNullPointerException()
        .isThrownBy(() -> Schemas.mapped(List.of(VALUE), Stamped.class, null))
        .withMessage("mapper");
  }
}
