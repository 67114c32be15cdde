package io.zeal.table;

import io.zeal.Entry;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.spi.Condition;
import io.zeal.spi.RowMapper;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import io.zeal.table.HotRows.Hot;
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
  private final RowMemory rows;
  private final HotRowsByType hotRows;
  final HotRows<R> hot; // for tests as well
  private final TablePager pager;
  private final TableLife life;

  // What is copied of a row; made once, so that a read makes nothing but its answer.
  private final Extract<RowImage> whole;
  private final List<Extract<Long>> numbers;
  private final List<Extract<byte[]>> values;

  TableRows(StoreSpec<R> spec, Table table, HotRowsByType hotRows, TableLife life) {
    this.spec = spec;
    this.mapper = spec.mapper();
    this.table = table;
    this.rows = table.rows;
    this.hotRows = hotRows;
    this.hot = hotRows.of(mapper);
    this.pager = table.pager();
    this.life = life;
    RowCodec codec = table.codec;
    this.whole = codec::read;
    this.numbers =
        IntStream.range(0, codec.columns())
            .mapToObj(i -> (Extract<Long>) (segment, base) -> codec.readNumber(segment, base, i))
            .toList();
    this.values =
        IntStream.range(0, codec.columns())
            .mapToObj(i -> (Extract<byte[]>) (segment, base) -> codec.readBytes(segment, base, i))
            .toList();
  }

  @Override
  public StoreSpec<R> spec() {
    return spec;
  }

  @Override
  public Optional<Reading<R>> read(String key, ReadOptions options) {
    RowReader.Copy<RowImage> found = copy(key, whole);
    return found == null
        ? Optional.empty()
        : Optional.of(Reading.fresh(spec.read(key, found.value()), remaining(found.expires())));
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
    life.requireOpen();
    try {
      Hot<R> known = hot.find(key);
      if (known != null && known.value != null) {
        long base = rows.base(known.row);
        if (word(known, base) == known.word && isAliveStill(known, base)) {
          table.use(known.segment, base);
          return known.value;
        }
      }
      return readWhole(key);
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  /** Whether a row whose word is the known one has not expired, and the word is still the same. */
  private boolean isAliveStill(Hot<R> known, long base) {
    if (known.isForEver) {
      return true;
    }
    long expires = RowWriter.expires(known.segment, base);
    return RowReader.isStill(known.segment, base, known.word) && !table.isOver(expires);
  }

  private Optional<R> readWhole(String key) {
    Hot<R> known = locate(key, !hot.keepsValues());
    for (int tries = 0; known != null; tries++) {
      long base = rows.base(known.row);
      long word = word(known, base);
      RowReader.Copy<RowImage> copy = copy(known, base, word, whole, tries);
      if (copy == null) {
        known = locate(key, !hot.keepsValues());
      } else if (!table.isAlive(known.segment, base, copy.expires())) {
        if (isOver(known, base, word, tries)) {
          return Optional.empty();
        }
        known = locate(key, !hot.keepsValues());
      } else {
        Optional<R> value = Optional.of(spec.read(key, copy.value()));
        if (RowWord.isLive(word) && hot.keepsValues()) {
          hot.keep(known.withRow(word, copy.expires(), value));
        }
        return value;
      }
    }
    return Optional.empty();
  }

  /** The row's word now. */
  private static long word(Hot<?> known, long base) {
    return Memory.getAcquire(known.segment, base + TableLayout.WORD);
  }

  /**
   * Whether a row that has expired, as the table's clock says since, is gone for good: nobody who
   * read that clock before may be about to renew it. Who asks again and again gets an answer.
   */
  private boolean isOver(Hot<R> known, long base, long word, int tries) {
    return tries >= RowReader.TRIES
        || (RowWord.isLive(word) && RowReader.isStill(known.segment, base, word));
  }

  /**
   * Where the row of a key is; null if there is none.
   *
   * @param keeps whether that is worth keeping: not for a caller who keeps the row itself
   */
  private @Nullable Hot<R> locate(String text, boolean keeps) {
    Hot<R> known = hot.find(text);
    if (known != null) {
      long base = rows.base(known.row);
      if (RowWord.isThere(word(known, base)) && known.isSame(base)) {
        return known;
      }
    }
    Key key = key(text);
    while (true) {
      int row = table.find(key);
      if (row == 0) {
        return null;
      }
      Hot<R> found = Hot.of(text, row, rows);
      if (RowReader.isStill(found.segment, rows.base(row), key.word())) {
        if (keeps) {
          hot.keep(found);
        }
        return found;
      }
    }
  }

  /** Null if the row is another one, or changed meanwhile. */
  private <T> RowReader.@Nullable Copy<T> copy(
      Hot<R> known, long base, long word, Extract<T> extract, int tries) {
    return RowWord.isThere(word) && known.isSame(base)
        ? table.reader.copy(known.segment, base, word, extract, tries)
        : null;
  }

  @Override
  public boolean contains(String key) {
    return copy(key, (segment, base) -> Boolean.TRUE) != null;
  }

  @Override
  public OptionalLong number(String key, int column) {
    life.requireOpen();
    try {
      Hot<R> known = hot.find(key);
      if (known != null) {
        long base = rows.base(known.row);
        OptionalLong number = known.number(column);
        if (number != null && word(known, base) == known.word) {
          table.use(known.segment, base);
          return number;
        }
        number = numberOf(known, column);
        if (number != null) {
          return number;
        }
      }
      return readNumber(key, column);
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  /** Null if the row is not where it was, or is changing, or may expire. */
  private @Nullable OptionalLong numberOf(Hot<R> known, int column) {
    long base = rows.base(known.row);
    long word = word(known, base);
    if (!RowWord.isInPlace(word) || !known.isSame(base)) {
      return null;
    }
    long bits = table.codec.readNumber(known.segment, base, column);
    long expires = RowWriter.expires(known.segment, base);
    if (!RowReader.isStill(known.segment, base, word) || expires != ExpiryTree.NEVER) {
      return null;
    }
    table.use(known.segment, base);
    OptionalLong number = OptionalLong.of(bits);
    if (RowWord.isLive(word) && hot.keepsNumber(column)) {
      hot.keep(known.withNumber(word, column, number));
    }
    return number;
  }

  private OptionalLong readNumber(String key, int column) {
    RowReader.Copy<Long> copy = copy(key, numbers.get(column));
    return copy == null ? OptionalLong.empty() : OptionalLong.of(copy.value());
  }

  @Override
  public Optional<String> text(String key, int column) {
    return bytes(key, column).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  @Override
  public Optional<byte[]> bytes(String key, int column) {
    return Optional.ofNullable(copy(key, values.get(column))).map(RowReader.Copy::value);
  }

  /** Null if there is no row, or it has expired. */
  private <T> RowReader.@Nullable Copy<T> copy(String key, Extract<T> extract) {
    life.requireOpen();
    try {
      Hot<R> known = locate(key, true);
      for (int tries = 0; known != null; tries++) {
        long base = rows.base(known.row);
        long word = word(known, base);
        RowReader.Copy<T> copy = copy(known, base, word, extract, tries);
        if (copy != null && table.isAlive(known.segment, base, copy.expires())) {
          return copy;
        } else if (copy != null && isOver(known, base, word, tries)) {
          return null;
        }
        known = locate(key, true);
      }
      return null;
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  @Override
  public WriteResult write(Write<R> write) {
    life.requireOpen();
    try {
      return write instanceof Write.Put<R> put && put.condition() instanceof Condition.Always<R>
          ? put(put.key(), put.row(), put.ttlMillis(), put.condition())
          : writeAnything(write);
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  /** Of the write itself nothing is handed on, so that none needs to be made. */
  private WriteResult put(String key, R row, long ttl, Condition<R> always) {
    Hot<R> known = ttl == Write.KEEP ? null : hot.find(key);
    return known != null && table.writer.tryPut(known, row, mapper, expires(ttl))
        ? WriteResult.APPLIED
        : writeAnything(new Write.Put<>(key, row, ttl, always));
  }

  @Override
  public long add(String key, int column, long bits) {
    life.requireOpen();
    try {
      Hot<R> known = hot.find(key);
      if (known != null) {
        long sum = table.writer.tryAdd(known, column, bits);
        if (sum != TableWriter.NOT_ADDED) {
          return sum;
        }
      }
      return Rows.super.add(key, column, bits);
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  private long expires(long ttl) {
    if (ttl == 0) {
      return ExpiryTree.NEVER;
    }
    long now = table.now();
    return now > Long.MAX_VALUE - ttl ? ExpiryTree.NEVER : now + ttl;
  }

  private WriteResult writeAnything(Write<R> write) {
    var _ = locate(write.key(), true); // whoever writes it again finds it at once
    PreparedWrite prepared =
        PreparedWrite.of(
            write, key(write.key()), mapper, table.codec, spec.ttlMillis(), table.now());
    Verdict verdict = table.write(prepared);
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

  @Override
  public boolean checksKeys() {
    return true;
  }

  private Key key(String text) {
    return new Key(spec.requireKey(text), table.seed);
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
      hotRows.clear();
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }
}
