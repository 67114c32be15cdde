package io.zeal.table;

import io.zeal.ColumnType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a prepared write does to columns, which are in a row that the caller holds or in its intent.
 * Allocates nothing, throws nothing, calls nobody.
 */
final class RowWriter {

  /** What came of it; in every case but {@link #APPLIED} the columns are as they were. */
  enum Verdict {
    APPLIED,
    SKIPPED,
    /** The sum is outside the column's range, or not finite. */
    OUT_OF_RANGE,
    /** The row has expired, and the write makes a new one in its place. */
    EXPIRED
  }

  private final TableLayout layout;
  private final RowCodec codec;
  private final ExpiryTree expiry;
  private final TableHeader header;

  RowWriter(TableLayout layout, RowCodec codec, ExpiryTree expiry, TableHeader header) {
    this.header = header;
    this.layout = layout;
    this.codec = codec;
    this.expiry = expiry;
  }

  static long expires(MemorySegment segment, long base) {
    return segment.get(ValueLayout.JAVA_LONG, base + TableLayout.EXPIRES);
  }

  /**
   * Whether a write may change the row; {@link Verdict#APPLIED} says so. It may have waited for the
   * row since it read the clock, and somebody else have seen that row expire meanwhile: then the
   * table's clock is later.
   */
  Verdict verdict(MemorySegment segment, long base, PreparedWrite write) {
    long expires = expires(segment, base);
    if (expires != ExpiryTree.NEVER) {
      write.seen(header.clock());
      if (write.now > expires) {
        return write.creates() ? Verdict.EXPIRED : Verdict.SKIPPED;
      }
    }
    return holds(segment, base, write) ? Verdict.APPLIED : Verdict.SKIPPED;
  }

  /** Whether somebody has seen a row expire that expires then. */
  boolean isOver(long expires) {
    return expires != ExpiryTree.NEVER && header.clock() > expires;
  }

  /**
   * Changes one number of a row, at once: for {@linkplain PreparedWrite#isOfOneNumber writes of one
   * number}.
   */
  Verdict changeNumber(MemorySegment segment, long base, int row, PreparedWrite write) {
    switch (write.kind) {
      case ADD -> {
        Verdict verdict = add(codec.readNumber(segment, base, write.column()), write);
        if (verdict != Verdict.APPLIED) {
          return verdict;
        }
        codec.writeNumber(segment, base, write.column(), write.sum);
      }
      case PATCH -> codec.write(segment, base, write.change(0));
      case TOUCH -> {
        long expires = expires(segment, base);
        setExpires(segment, base, row, expires, write.expiresAfter(expires));
      }
      case PUT, REMOVE -> throw new IllegalStateException(write.kind + " is no change of a number");
    }
    return Verdict.APPLIED;
  }

  /**
   * Makes the new columns of a row from those it has.
   *
   * @param base where they are; the new ones come to {@code toBase}
   */
  void change(
      MemorySegment segment,
      long base,
      MemorySegment to,
      long toBase,
      int row,
      PreparedWrite write) {
    long expires = expires(segment, base);
    switch (write.kind) {
      case PUT -> {
        setExpires(to, toBase, row, expires, write.expiresAfter(expires));
        codec.write(to, toBase, write.row());
      }
      case PATCH -> {
        codec.copy(segment, base, to, toBase);
        for (int i = 0; i < write.changes(); i++) {
          codec.write(to, toBase, write.change(i));
        }
      }
      case ADD, TOUCH, REMOVE ->
          throw new IllegalStateException(write.kind + " is no change of columns");
    }
  }

  /** What would come of making a row where there is none. */
  Verdict verdictWhenNew(PreparedWrite write) {
    return write.kind == PreparedWrite.Kind.ADD ? add(0, write) : Verdict.APPLIED;
  }

  /**
   * Makes the columns and the expiry of a row where there was none, after {@link #verdictWhenNew}
   * had nothing against it. The place may be one that somebody freed of what had expired: then it
   * is no earlier now than it was for him.
   */
  void fill(MemorySegment to, long toBase, int row, PreparedWrite write) {
    write.seen(header.clock());
    if (write.kind == PreparedWrite.Kind.ADD) {
      codec.writeZeros(to, toBase);
      codec.writeNumber(to, toBase, write.column(), write.sum);
    } else {
      codec.write(to, toBase, write.row());
    }
    setExpires(to, toBase, row, ExpiryTree.NEVER, write.expiresWhenNew());
  }

  private void setExpires(MemorySegment segment, long base, int row, long current, long expires) {
    lower(row, current, expires);
    setExpires(segment, base, expires);
  }

  /** Lowers the bounds above a row that is held, before it has a new expiry. */
  void lower(int row, long current, long expires) {
    if (expires != current) {
      expiry.lower(row, expires);
    }
  }

  static void setExpires(MemorySegment segment, long base, long expires) {
    segment.set(ValueLayout.JAVA_LONG, base + TableLayout.EXPIRES, expires);
  }

  private boolean holds(MemorySegment segment, long base, PreparedWrite write) {
    return switch (write.requirement) {
      case NOTHING, PRESENT -> true;
      case ABSENT -> false;
      case ROW_EQUALS -> codec.equal(segment, base, write.expectedRow());
      case COLUMN_EQUALS -> codec.equal(segment, base, write.expectedValue());
    };
  }

  private Verdict add(long current, PreparedWrite write) {
    ColumnType type = layout.type(write.column());
    return switch (type) {
      case BYTE, SHORT, INT, LONG -> addWhole(type, current, write);
      case FLOAT -> {
        float sum =
            Float.intBitsToFloat((int) current) + Float.intBitsToFloat((int) write.summand());
        write.sum = Float.floatToRawIntBits(sum);
        yield Float.isFinite(sum) ? Verdict.APPLIED : Verdict.OUT_OF_RANGE;
      }
      case DOUBLE -> {
        double sum = Double.longBitsToDouble(current) + Double.longBitsToDouble(write.summand());
        write.sum = Double.doubleToRawLongBits(sum);
        yield Double.isFinite(sum) ? Verdict.APPLIED : Verdict.OUT_OF_RANGE;
      }
      case BOOLEAN, TEXT, BYTES -> Verdict.OUT_OF_RANGE; // refused above
    };
  }

  private static Verdict addWhole(ColumnType type, long current, PreparedWrite write) {
    long sum = current + write.summand();
    boolean overflows = ((current ^ sum) & (write.summand() ^ sum)) < 0;
    if (overflows || sum < type.minValue() || sum > type.maxValue()) {
      return Verdict.OUT_OF_RANGE;
    }
    write.sum = sum;
    return Verdict.APPLIED;
  }
}
