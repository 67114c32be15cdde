package io.zeal.table;

import io.zeal.ColumnType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Carries out a prepared write on a row that the caller holds. Allocates nothing, throws nothing,
 * calls nobody.
 */
final class RowWriter {

  /** What came of it; in every case but {@link #APPLIED} the row is as it was. */
  enum Verdict {
    APPLIED,
    SKIPPED,
    /** The sum is outside the column's range, or not finite. */
    OUT_OF_RANGE
  }

  private final TableLayout layout;
  private final RowCodec codec;
  private final ExpiryTree expiry;

  RowWriter(TableLayout layout, RowCodec codec, ExpiryTree expiry) {
    this.layout = layout;
    this.codec = codec;
    this.expiry = expiry;
  }

  /** Changes a row that is in its chain; one that has expired is as good as absent. */
  Verdict change(MemorySegment segment, long base, int row, PreparedWrite write) {
    long expires = segment.get(ValueLayout.JAVA_LONG, base + TableLayout.EXPIRES);
    if (write.now > expires) {
      return write.creates() ? fill(segment, base, row, write) : Verdict.SKIPPED;
    }
    if (!holds(segment, base, write)) {
      return Verdict.SKIPPED;
    }
    return switch (write.kind) {
      case PUT -> {
        setExpires(segment, base, row, expires, write.expiresAfter(expires));
        codec.write(segment, base, write.row());
        yield Verdict.APPLIED;
      }
      case PATCH -> {
        for (int i = 0; i < write.changes(); i++) {
          codec.write(segment, base, write.change(i));
        }
        yield Verdict.APPLIED;
      }
      case ADD -> {
        Verdict verdict = add(codec.readNumber(segment, base, write.column()), write);
        if (verdict == Verdict.APPLIED) {
          codec.writeNumber(segment, base, write.column(), write.sum);
        }
        yield verdict;
      }
      case TOUCH -> {
        setExpires(segment, base, row, expires, write.expiresAfter(expires));
        yield Verdict.APPLIED;
      }
      case REMOVE -> Verdict.APPLIED;
    };
  }

  /** What would come of making a row where there is none. */
  Verdict verdictWhenNew(PreparedWrite write) {
    return write.kind == PreparedWrite.Kind.ADD ? add(0, write) : Verdict.APPLIED;
  }

  /** Stores the columns and the expiry of a row where there was none; the key is there already. */
  Verdict fill(MemorySegment segment, long base, int row, PreparedWrite write) {
    Verdict verdict = verdictWhenNew(write);
    if (verdict != Verdict.APPLIED) {
      return verdict;
    }
    if (write.kind == PreparedWrite.Kind.ADD) {
      codec.writeZeros(segment, base);
      codec.writeNumber(segment, base, write.column(), write.sum);
    } else {
      codec.write(segment, base, write.row());
    }
    setExpires(segment, base, row, ExpiryTree.NEVER, write.expiresWhenNew());
    return Verdict.APPLIED;
  }

  private void setExpires(MemorySegment segment, long base, int row, long current, long expires) {
    segment.set(ValueLayout.JAVA_LONG, base + TableLayout.EXPIRES, expires);
    if (expires != current) {
      expiry.lower(row, expires);
    }
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
