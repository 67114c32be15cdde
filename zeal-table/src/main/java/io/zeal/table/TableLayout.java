package io.zeal.table;

import io.zeal.CapacityException;
import io.zeal.Column;
import io.zeal.ColumnType;
import io.zeal.ErrorCode;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where everything is, and how much memory a table takes when it is full. A row is, in this order:
 * a header of {@value #FIXED} bytes, the numbers (widest first, so that each is aligned), the
 * lengths of texts and bytes, the key, the texts and bytes at their full length. Each part begins
 * at a multiple of 8, each row at a multiple of 64: the word, the hash and the first numbers share
 * a cache line. Byte by byte: docs/table-format.md.
 */
final class TableLayout {

  /** {@link RowWord}. */
  static final long WORD = 0;

  /** The key's hash, 4 bytes. */
  static final long HASH = 8;

  /** The next row of the chain, or of the free list; 4 bytes, 0 for none. */
  static final long NEXT = 12;

  /** The last millisecond the row is alive in; {@link Long#MAX_VALUE} if it does not expire. */
  static final long EXPIRES = 16;

  /** Bytes of the key, 4 bytes. */
  static final long KEY_LENGTH = 24;

  /** Not 0 if the row was used since the evictor last passed, 4 bytes. */
  static final long USED = 28;

  /** Where the numbers begin. */
  static final long FIXED = 32;

  static final long MAX_ROWS = 1 << 30;
  private static final int MIN_BUCKET_BITS = 3;

  private final List<Column> columns;
  private final long rows;
  private final int keyLimit;
  private final ColumnType[] types;
  private final long[] offsets;
  private final long[] lengthOffsets;
  private final long keyOffset;
  private final long rowBytes;
  private final int bucketBits;

  TableLayout(List<Column> columns, long rows, int keyLimit) {
    if (rows > MAX_ROWS) {
      throw new CapacityException(
          ErrorCode.OUT_OF_SPACE,
          "A capacity of "
              + rows
              + " rows: a table holds at most "
              + MAX_ROWS
              + ". Lower StoreOptions.withCapacity or spread the rows over several stores.");
    }
    this.columns = List.copyOf(columns);
    this.rows = rows;
    this.keyLimit = keyLimit;
    this.types = columns.stream().map(Column::type).toArray(ColumnType[]::new);
    this.offsets = new long[types.length];
    this.lengthOffsets = new long[types.length];
    long end = placeNumbers();
    end = placeLengths(align(end, 8));
    this.keyOffset = align(end, 8);
    end = placeValues(keyOffset + align(keyLimit, 8));
    this.rowBytes = align(end, 64);
    this.bucketBits = Math.max(MIN_BUCKET_BITS, Long.SIZE - Long.numberOfLeadingZeros(rows - 1));
  }

  private long placeNumbers() {
    long end = FIXED;
    List<Integer> widestFirst =
        IntStream.range(0, types.length)
            .boxed()
            .filter(i -> types[i].isFixed())
            .sorted(Comparator.comparingInt((Integer i) -> types[i].bytes()).reversed())
            .toList();
    for (int i : widestFirst) {
      offsets[i] = end;
      end += types[i].bytes();
    }
    return end;
  }

  private long placeLengths(long start) {
    long end = start;
    for (int i = 0; i < types.length; i++) {
      if (!types[i].isFixed()) {
        lengthOffsets[i] = end;
        end += Integer.BYTES;
      }
    }
    return end;
  }

  private long placeValues(long start) {
    long end = start;
    for (int i = 0; i < types.length; i++) {
      if (!types[i].isFixed()) {
        offsets[i] = end;
        end += align(columns.get(i).maxBytes(), 8);
      }
    }
    return end;
  }

  static long align(long bytes, long to) {
    return (bytes + to - 1) & -to;
  }

  List<Column> columns() {
    return columns;
  }

  ColumnType type(int column) {
    return types[column];
  }

  /** The most bytes of a text or bytes column. */
  int maxBytes(int column) {
    return columns.get(column).maxBytes();
  }

  /** Where a column's value begins in its row. */
  long offset(int column) {
    return offsets[column];
  }

  /** Where the length of a text or bytes column is in its row. */
  long lengthOffset(int column) {
    return lengthOffsets[column];
  }

  long keyOffset() {
    return keyOffset;
  }

  int keyLimit() {
    return keyLimit;
  }

  /** The most rows. */
  long rows() {
    return rows;
  }

  /** Bytes from one row to the next. */
  long rowBytes() {
    return rowBytes;
  }

  /**
   * Buckets: the least power of two that is at least the number of rows, so that a chain has one
   * row on average.
   */
  long buckets() {
    return 1L << bucketBits;
  }

  /** The bucket of a hash: its uppermost bits, so that buckets in order are hashes in order. */
  int bucketOf(int hash) {
    return hash >>> (Integer.SIZE - bucketBits);
  }

  /** Words of the {@link ExpiryTree}. */
  long expiryWords() {
    long words = 0;
    long level = rows;
    do {
      level = (level + ExpiryTree.FANOUT - 1) / ExpiryTree.FANOUT;
      words += level;
    } while (level > 1);
    return words;
  }

  /** Bytes of the whole table when it is full. */
  long memoryBytes() {
    return TableHeader.BYTES
        + buckets() * BucketIndex.BUCKET_BYTES
        + expiryWords() * Long.BYTES
        + rows * rowBytes;
  }

  /** The formula with its numbers. */
  @Override
  public String toString() {
    return TableHeader.BYTES
        + " (header) + "
        + buckets()
        + " buckets x "
        + BucketIndex.BUCKET_BYTES
        + " + "
        + expiryWords()
        + " expiry words x "
        + Long.BYTES
        + " + "
        + rows
        + " rows x "
        + rowBytes
        + " = "
        + memoryBytes()
        + " bytes";
  }
}
