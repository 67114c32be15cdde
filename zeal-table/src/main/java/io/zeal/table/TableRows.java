package io.zeal.table;

import io.zeal.Entry;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.spi.RowMapper;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import io.zeal.table.RowReader.Extract;
import io.zeal.table.RowWriter.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A table's rows as one application class. Several may look at one table. */
final class TableRows<R> implements Rows<R> {

  private final StoreSpec<R> spec;
  private final RowMapper<R> mapper;
  private final Table table;
  private final TablePager pager;
  private final TableLife life;

  // What is copied of a row; made once, so that a read makes nothing but its answer.
  private final Extract<RowImage> whole;
  private final Extract<Timed> wholeAndExpiry;
  private final List<Extract<OptionalLong>> numbers;
  private final List<Extract<byte[]>> values;

  TableRows(StoreSpec<R> spec, Table table, TableLife life) {
    this.spec = spec;
    this.mapper = spec.mapper();
    this.table = table;
    this.pager = table.pager();
    this.life = life;
    RowCodec codec = table.codec;
    this.whole = codec::read;
    this.wholeAndExpiry =
        (segment, base) ->
            new Timed(
                codec.read(segment, base), Memory.getOpaque(segment, base + TableLayout.EXPIRES));
    this.numbers =
        IntStream.range(0, codec.columns())
            .mapToObj(i ->
                (Extract<OptionalLong>)
                    (segment, base) -> OptionalLong.of(codec.readNumber(segment, base, i)))
            .toList();
    this.values =
        IntStream.range(0, codec.columns())
            .mapToObj(i -> (Extract<byte[]>) (segment, base) -> codec.readBytes(segment, base, i))
            .toList();
  }

  private record Timed(RowImage row, long expires) {}

  @Override
  public StoreSpec<R> spec() {
    return spec;
  }

  @Override
  public Optional<Reading<R>> read(String key, ReadOptions options) {
    Timed found = extract(key, wholeAndExpiry);
    return found == null
        ? Optional.empty()
        : Optional.of(Reading.fresh(spec.read(key, found.row), remaining(found.expires)));
  }

  private @Nullable Duration remaining(long expires) {
    return expires == ExpiryTree.NEVER ? null : Duration.ofMillis(Math.max(0, expires - now()));
  }

  private long now() {
    life.requireOpen();
    try {
      return table.now();
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  @Override
  public Optional<R> get(String key) {
    RowImage found = extract(key, whole);
    return found == null ? Optional.empty() : Optional.of(spec.read(key, found));
  }

  @Override
  public boolean contains(String key) {
    return extract(key, (segment, base) -> Boolean.TRUE) != null;
  }

  @Override
  public OptionalLong number(String key, int column) {
    OptionalLong found = extract(key, numbers.get(column));
    return found == null ? OptionalLong.empty() : found;
  }

  @Override
  public Optional<String> text(String key, int column) {
    return bytes(key, column).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  @Override
  public Optional<byte[]> bytes(String key, int column) {
    return Optional.ofNullable(extract(key, values.get(column)));
  }

  private <T> @Nullable T extract(String key, Extract<T> extract) {
    life.requireOpen();
    try {
      return table.read(key(key), extract);
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  @Override
  public WriteResult write(Write<R> write) {
    PreparedWrite prepared =
        PreparedWrite.of(write, key(write.key()), mapper, table.codec, spec.ttlMillis(), now());
    Verdict verdict;
    try {
      verdict = table.write(prepared);
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
    return switch (verdict) {
      case APPLIED ->
          prepared.kind == PreparedWrite.Kind.ADD
              ? new WriteResult.Added(prepared.sum)
              : WriteResult.APPLIED;
      case SKIPPED -> WriteResult.SKIPPED;
      case OUT_OF_RANGE -> throw spec.outOfRange(prepared.column());
      case EXPIRED -> throw new IllegalStateException("a row that had expired was not replaced");
    };
  }

  private Key key(String text) {
    Key key = new Key(text, table.seed);
    if (key.length() < 1 || key.length() > table.layout.keyLimit()) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_KEY,
          "Store '"
              + table.name
              + "': a key of "
              + key.length()
              + " bytes of UTF-8; the limit is 1 to "
              + table.layout.keyLimit()
              + ". Use a shorter key or raise StoreOptions.keyLimit.");
    }
    return key;
  }

  @Override
  public long count() {
    life.requireOpen();
    try {
      return table.count();
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  @Override
  public List<Entry<R>> page(String after, int limit) {
    life.requireOpen();
    try {
      return pager.page(after, limit, spec);
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  @Override
  public void clear() {
    life.requireOpen();
    try {
      table.clear();
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }
}
