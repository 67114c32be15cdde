package io.zeal.tiered;

import io.zeal.Column;
import io.zeal.ColumnType;
import io.zeal.Schema;
import io.zeal.spi.RowMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Whether a row has a text or bytes that no copy has place for; and which rows had when they were
 * read, so that a column of theirs is asked for alone. Of two keys of one place the later is known.
 */
final class TooLong<R> {

  private static final int PLACES = 1 << 8;

  /** A row that was too long, and the stamp it would have had. */
  private record Known(String key, Copies.Ticket ticket) {}

  private final AtomicReferenceArray<@Nullable Known> known = new AtomicReferenceArray<>(PLACES);
  private final RowMapper<R> mapper;
  private final int mostBytes;
  private final int[] columns; // that may be too long
  private final boolean[] texts;

  TooLong(Schema<R> schema, int mostBytes) {
    this.mapper = schema.mapper();
    this.mostBytes = mostBytes;
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < schema.columns().size(); i++) {
      Column column = schema.column(i);
      if (!column.type().isFixed() && column.maxBytes() > mostBytes) {
        found.add(i);
      }
    }
    this.columns = found.stream().mapToInt(Integer::intValue).toArray();
    this.texts = new boolean[columns.length];
    for (int i = 0; i < columns.length; i++) {
      texts[i] = schema.column(columns[i]).type() == ColumnType.TEXT;
    }
  }

  void remember(String key, Copies.Ticket ticket) {
    known.set(place(key), new Known(key, ticket));
  }

  Copies.@Nullable Ticket find(String key) {
    Known found = known.get(place(key));
    return found != null && found.key.equals(key) ? found.ticket : null;
  }

  private static int place(String key) {
    return (int) (KeyHash.of(key) & (PLACES - 1));
  }

  boolean isTooLong(R row) {
    for (int i = 0; i < columns.length; i++) {
      int bytes =
          texts[i]
              ? mapper.text(row, columns[i]).getBytes(StandardCharsets.UTF_8).length
              : mapper.bytes(row, columns[i]).length;
      if (bytes > mostBytes) {
        return true;
      }
    }
    return false;
  }
}
