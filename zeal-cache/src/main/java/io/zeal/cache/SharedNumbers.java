package io.zeal.cache;

import io.zeal.BulkResult;
import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.Reading;
import io.zeal.Row;
import io.zeal.ZealException;
import io.zeal.spi.Condition;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Epoch and number of a cache that others share: its control row, beside its entries.
 *
 * <p>The row holds a random epoch and a count. Wherever it is missing (a new cache, a server that
 * lost or evicted it) a new epoch is made, under which no entry of before is valid. Every change
 * that somebody asked for adds to the count, behind the change and in the same trip: a count that
 * is smaller than it was tells that the server went back ({@link Witness}) and brought back what
 * had been changed. Then a new epoch is made as well.
 *
 * <p>The cache's number is the count without its last bits, so that it moves with invalidations of
 * tags and hardly ever with changes of single keys.
 */
final class SharedNumbers {

  /** So many changes of keys count as an invalidation, of no tag. */
  private static final int CHANGE_BITS = 16;

  private static final long CHANGE = 1;
  private static final long INVALIDATION = CHANGE << CHANGE_BITS;
  private static final int EPOCH_BYTES = 8;

  /** How often something is tried anew because others came first. */
  static final int ATTEMPTS = 100;

  /** What the control row says. */
  record Control(long epoch, long count) {

    /** The cache's number. */
    long number() {
      return count >>> CHANGE_BITS;
    }
  }

  /** What one trip read, and the control row that it read with it. */
  record Numbered<V>(BulkResult<V> read, Control control) {}

  /**
   * What became of changes.
   *
   * @param results one for each change
   * @param held whether the epoch was still the one they were made under; if not, they are void
   */
  record Changed(List<WriteResult> results, boolean held) {}

  private final EntryRows rows;
  private final Witness witness = new Witness();
  private final Marks marks;

  SharedNumbers(EntryRows rows, InstantSource clock) {
    this.rows = rows;
    this.marks = new Marks(rows, clock);
  }

  // --- Reading ---

  /** Rows without their lives. */
  Numbered<Row> get(Collection<String> rowKeys) {
    return read(rowKeys, rows::getAll, row -> row);
  }

  /** Rows with their lives. */
  Numbered<Reading<Row>> read(Collection<String> rowKeys) {
    return read(rowKeys, rows::readAll, Reading::value);
  }

  /** As {@link #read(Collection)}; fails as a whole. */
  Numbered<Reading<Row>> readWhole(Collection<String> rowKeys) {
    Numbered<Reading<Row>> read = read(rowKeys);
    for (ZealException failure : read.read().failures().values()) {
      throw failure;
    }
    return read;
  }

  private <V> Numbered<V> read(
      Collection<String> rowKeys,
      Function<Collection<String>, BulkResult<V>> trip,
      Function<V, Row> row) {
    for (int i = 0; i < ATTEMPTS; i++) {
      Control before = witness.seen();
      Map<String, Long> expected =
          before == null ? Map.of() : marks.expected(before.epoch(), rowKeys);
      Set<String> all = new LinkedHashSet<>(rowKeys);
      all.add(Keys.CONTROL);
      all.addAll(expected.keySet());
      BulkResult<V> read = trip.apply(all);
      ZealException failure = read.failures().get(Keys.CONTROL);
      if (failure != null) {
        throw failure;
      }
      V there = read.values().get(Keys.CONTROL);
      Control control = believed(before, there == null ? null : row.apply(there));
      if (before != null && control != null && before.epoch() == control.epoch()) {
        if (expected.entrySet().stream().anyMatch(mark -> isBehind(mark, read, row))) {
          control = begun(before, isOf(before.epoch()));
        }
      }
      if (control != null) {
        return new Numbered<>(withoutUnmarked(read, expected.keySet(), rowKeys), control);
      }
    }
    throw unsteady();
  }

  private static <V> boolean isBehind(
      Map.Entry<String, Long> expected, BulkResult<V> read, Function<V, Row> row) {
    if (read.failures().containsKey(expected.getKey())) {
      return false;
    }
    V there = read.values().get(expected.getKey());
    return there == null || EntryRows.number(row.apply(there)) < expected.getValue();
  }

  /** Rows whose mark could not be read are as if they could not be. */
  private <V> BulkResult<V> withoutUnmarked(
      BulkResult<V> read, Set<String> expected, Collection<String> rowKeys) {
    if (Collections.disjoint(read.failures().keySet(), expected)) {
      return read;
    }
    Map<String, V> values = new HashMap<>(read.values());
    Map<String, ZealException> failures = new HashMap<>(read.failures());
    for (String rowKey : rowKeys) {
      ZealException failure = failures.get(marks.of(rowKey));
      if (failure != null) {
        values.remove(rowKey);
        failures.putIfAbsent(rowKey, failure);
      }
    }
    failures.keySet().removeAll(expected);
    return new BulkResult<>(values, failures);
  }

  /** What the control row says. */
  Control control() {
    return read(List.of()).control();
  }

  /** What it said last; asks only who never did. An epoch that has ended shows in the change. */
  Control known() {
    Control seen = witness.seen();
    return seen == null ? control() : seen;
  }

  /** What is to be believed, made now if need be; null if that has to be read again. */
  private @Nullable Control believed(@Nullable Control before, @Nullable Row row) {
    Control now = parsed(row).orElse(null);
    if (now == null) {
      return begun(before, row == null ? new Condition.Absent<>() : new Condition.RowEquals<>(row));
    }
    return switch (witness.judge(before, now)) {
      case BELIEVED -> now;
      case AGAIN -> null;
      case GONE_BACK -> begun(before, isOf(now.epoch()));
    };
  }

  /** A new epoch, if the condition holds and nobody begins another at the same time. */
  private @Nullable Control begun(@Nullable Control before, Condition<Row> condition) {
    Control mine = new Control(LocalNumbers.randomEpoch(), 0);
    boolean isBegun =
        rows.applies(rows.put(Keys.CONTROL, bytes(mine.epoch()), 0, 0, condition))
            && witness.judge(before, mine) == Witness.Judgement.BELIEVED;
    return isBegun ? mine : null;
  }

  private static CapacityException unsteady() {
    return new CapacityException(
        ErrorCode.SERVER_OUT_OF_MEMORY,
        "The row that holds the cache's epoch vanished or changed "
            + ATTEMPTS
            + " times in a row, as it does on a server that has no memory left and evicts. Give"
            + " the server more memory, or another eviction policy.");
  }

  private static Optional<Control> parsed(@Nullable Row row) {
    if (row == null || EntryRows.bytes(row).length != EPOCH_BYTES) {
      return Optional.empty();
    }
    long epoch = ByteBuffer.wrap(EntryRows.bytes(row)).getLong();
    return Optional.of(new Control(epoch, EntryRows.number(row)));
  }

  private static byte[] bytes(long epoch) {
    return ByteBuffer.allocate(EPOCH_BYTES).putLong(epoch).array();
  }

  private static Condition<Row> isOf(long epoch) {
    return new Condition.ColumnEquals<>(EntryRows.BYTES, bytes(epoch));
  }

  // --- Changing ---

  /** Makes everything invalid that was stored, or whose load began, before. */
  void renew() {
    Control before = witness.seen();
    Control mine = new Control(LocalNumbers.randomEpoch(), 0);
    rows.rows().write(rows.put(Keys.CONTROL, bytes(mine.epoch()), 0, 0, new Condition.Always<>()));
    witness.judge(before, mine);
  }

  /**
   * Makes changes under an epoch, and counts them.
   *
   * @throws ZealException if that cannot be; of single changes the results tell
   */
  Changed change(Control under, List<Write<Row>> writes) {
    Control before = witness.seen();
    List<String> touched = writes.stream().map(write -> marks.of(write.key())).distinct().toList();
    Map<String, Long> expected = marks.expected(under.epoch(), touched);
    List<Write<Row>> all = new ArrayList<>(writes);
    for (String mark : touched) {
      all.add(new Write.Add<>(mark, EntryRows.NUMBER, CHANGE, new Condition.Always<>()));
    }
    // Behind them: a snapshot that has the count has the changes.
    all.add(new Write.Add<>(Keys.CONTROL, EntryRows.NUMBER, CHANGE, isOf(under.epoch())));
    List<WriteResult> results = rows.rows().writeAll(all);
    List<WriteResult> own = results.subList(0, writes.size());
    for (WriteResult result : results.subList(writes.size(), results.size())) {
      if (result instanceof WriteResult.Failed(ZealException error)) {
        return new Changed(own.stream().map(it -> uncounted(it, error)).toList(), true);
      }
    }
    boolean changed = own.stream().anyMatch(WriteResult.Applied.class::isInstance);
    try {
      boolean held = counted(before, under, results.getLast(), CHANGE) != null;
      for (int i = 0; held && i < touched.size(); i++) {
        String mark = touched.get(i);
        held = marked(under, mark, expected.get(mark), results.get(writes.size() + i));
      }
      return new Changed(own, held);
    } catch (ZealException e) {
      throw changed ? notCounted(e) : e;
    }
  }

  /** Notes what a mark says now; false, and a new epoch is begun, if that is too little. */
  private boolean marked(Control under, String mark, @Nullable Long expected, WriteResult result) {
    if (!(result instanceof WriteResult.Added(long count))) {
      throw new IllegalStateException("an addition that did not add");
    }
    if (expected != null && count <= expected) {
      begun(witness.seen(), isOf(under.epoch()));
      return false;
    }
    Control seen = witness.seen();
    if (seen != null && seen.epoch() == under.epoch()) {
      marks.note(under.epoch(), mark, count);
    }
    return true;
  }

  /** How many rows of this kind there are, beside the entries. */
  int rowCount() {
    return 1 + marks.count();
  }

  /** What was done and not counted is told as a failure: it may come back. */
  private static WriteResult uncounted(WriteResult result, ZealException error) {
    return result instanceof WriteResult.Applied
        ? new WriteResult.Failed(notCounted(error))
        : result;
  }

  private static ZealException notCounted(ZealException error) {
    return Failed.behind(
        error,
        "The change was made and could not be counted, so a server that restarts from older data"
            + " would not be noticed:");
  }

  /** The number of an invalidation that begins now, and its epoch; none if the epoch has ended. */
  Optional<Control> next(Control under) {
    Control before = witness.seen();
    WriteResult added =
        rows.rows()
            .write(
                new Write.Add<>(Keys.CONTROL, EntryRows.NUMBER, INVALIDATION, isOf(under.epoch())));
    return Optional.ofNullable(counted(before, under, added, INVALIDATION));
  }

  /** The control row after an addition; null if the epoch has ended, or is ended now. */
  private @Nullable Control counted(
      @Nullable Control before, Control under, WriteResult result, long summand) {
    if (!(result instanceof WriteResult.Added(long bits))) {
      return null;
    }
    Control there = new Control(under.epoch(), bits - summand);
    return switch (witness.judge(before, there)) {
      case AGAIN -> null;
      case GONE_BACK -> {
        begun(before, isOf(under.epoch()));
        yield null;
      }
      case BELIEVED -> {
        Control now = new Control(under.epoch(), bits);
        yield witness.judge(before, now) == Witness.Judgement.BELIEVED ? now : null;
      }
    };
  }
}
