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
 * lengths of texts and bytes, the texts and bytes at their full length, the key. What can change
 * while a row is there lies together, from {@link #EXPIRES} to the key. Byte by byte:
 * docs/table-format.md.
 */
final class TableLayout {

  /** {@link RowWord}. */
  static final long WORD = 0;

  /** How often the row was filled, 4 bytes. */
  static final long GENERATION = 8;

  /** Bytes of the key, 2 bytes. */
  static final long KEY_LENGTH = 12;

  /** Not 0 if the row was used since the evictor last passed, 1 byte. */
  static final long USED = 14;

  /** The last millisecond the row is alive in; {@link Long#MAX_VALUE} if it does not expire. */
  static final long EXPIRES = 16;

  /** Where the numbers begin. */
  static final long FIXED = 24;

  static final long MAX_ROWS = 1 << 30;

  /** A bucket has 11 places; with so many rows for each on average, few overflow. */
  private static final double ROWS_PER_BUCKET = 6.2;

  /** What the intents of one process should not exceed. */
  private static final long INTENT_MEMORY = 1 << 16;

  private static final int LEAST_INTENTS = 2;

  private final List<Column> columns;
  private final long rows;
  private final int keyLimit;
  private final int processes;
  private final ColumnType[] types;
  private final long[] offsets;
  private final long[] lengthOffsets;
  private final int[] lengthBytes;
  private final long valuesOffset;
  private final long keyOffset;
  private final long rowBytes;
  private final int buckets;

  /**
   * A layout.
   *
   * @param processes how many processes may share the table
   */
  TableLayout(List<Column> columns, long rows, int keyLimit, int processes) {
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
    this.processes = processes;
    this.types = columns.stream().map(Column::type).toArray(ColumnType[]::new);
    this.offsets = new long[types.length];
    this.lengthOffsets = new long[types.length];
    this.lengthBytes = new int[types.length];
    this.valuesOffset = placeLengths(placeNumbers());
    this.keyOffset = placeValues(valuesOffset);
    this.rowBytes = align(keyOffset + keyLimit, Long.BYTES);
    this.buckets = (int) Math.max(1, Math.ceil(rows / ROWS_PER_BUCKET));
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
        lengthBytes[i] = bytesFor(columns.get(i).maxBytes());
        end += lengthBytes[i];
      }
    }
    return end;
  }

  /** How many bytes a length up to {@code most} takes. */
  private static int bytesFor(int most) {
    return most < 1 << Byte.SIZE
        ? Byte.BYTES
        : most < 1 << Short.SIZE ? Short.BYTES : Integer.BYTES;
  }

  private long placeValues(long start) {
    long end = start;
    for (int i = 0; i < types.length; i++) {
      if (!types[i].isFixed()) {
        offsets[i] = end;
        end += columns.get(i).maxBytes();
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

  /** How wide the length of a text or bytes column is: 1, 2 or 4 bytes. */
  int lengthBytes(int column) {
    return lengthBytes[column];
  }

  /** Where the texts and bytes begin; before that, from {@link #EXPIRES}, all is fixed. */
  long valuesOffset() {
    return valuesOffset;
  }

  long keyOffset() {
    return keyOffset;
  }

  int keyLimit() {
    return keyLimit;
  }

  /** How many processes may share the table. */
  int processes() {
    return processes;
  }

  /** The most rows. */
  long rows() {
    return rows;
  }

  /** Bytes from one row to the next. */
  long rowBytes() {
    return rowBytes;
  }

  int buckets() {
    return buckets;
  }

  /** The bucket of a hash, in order: buckets in order are hashes in order. */
  int bucketOf(int hash) {
    return (int) ((Integer.toUnsignedLong(hash) * buckets) >>> Integer.SIZE);
  }

  /** Words of the {@link FreeRows}. */
  long freeWords() {
    return (rows + Long.SIZE - 1) / Long.SIZE;
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

  /** Where the intents of a process begin. */
  long intents(int process) {
    return TableHeader.bytes(processes) + (long) process * intentsOfProcess() * intentBytes();
  }

  /**
   * Intents of one process: fewer if rows are long, as each is as long as a row; a power of two.
   */
  int intentsOfProcess() {
    long fitting = Math.max(LEAST_INTENTS, INTENT_MEMORY / intentBytes());
    return (int) Long.highestOneBit(Math.min(Owner.INTENTS, fitting));
  }

  /** Bytes of one intent: what it says, and the columns of a row with what a string may need. */
  long intentBytes() {
    return align(Intent.COLUMNS + keyOffset - EXPIRES + RowCodec.SLACK, 64);
  }

  /** Header, intents and words: what is there from the beginning. */
  long fixedBytes() {
    return intents(processes) + align((freeWords() + expiryWords()) * Long.BYTES, 64);
  }

  /** Bytes of the whole table when it is full. */
  long memoryBytes() {
    return fixedBytes() + buckets * Index.BUCKET_BYTES + rows * rowBytes;
  }

  /** The formula with its numbers. */
  @Override
  public String toString() {
    return fixedBytes()
        + " (header, intents, words) + "
        + buckets
        + " buckets x "
        + Index.BUCKET_BYTES
        + " + "
        + rows
        + " rows x "
        + rowBytes
        + " = "
        + memoryBytes()
        + " bytes";
  }
}
