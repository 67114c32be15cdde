package io.zeal.selftest;

import io.zeal.ColumnType;
import io.zeal.Reading;
import io.zeal.Row;
import io.zeal.Schema;
import io.zeal.spi.Condition;
import io.zeal.spi.Write;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What several breakages need. */
final class Breaking {

  private Breaking() {}

  static <T> T orThrow(RuntimeException error, boolean swallow, T instead) {
    if (!swallow) {
      throw error;
    }
    return instead;
  }

  static boolean isPresent(Write<Object> write) {
    return write.condition() instanceof Condition.Present;
  }

  /** The remaining time, in the form that {@link Reading#fresh} takes it. */
  static @Nullable Duration left(Reading<?> reading) {
    return reading.remaining().orElse(null);
  }

  static boolean isAdd(BrokenRows rows, Write<Object> write, ColumnType type) {
    return write instanceof Write.Add<Object> add && rows.type(add.column()) == type;
  }

  static Row zeros(BrokenRows rows) {
    Schema.Builder columns = Schema.builder();
    rows.spec()
        .schema()
        .columns()
        .forEach(column -> columns.column(column.name(), column.type(), column.maxBytes()));
    return Row.of(columns.build(), Map.of());
  }
}
