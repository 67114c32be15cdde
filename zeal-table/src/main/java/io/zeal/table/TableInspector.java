package io.zeal.table;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Checks the structure of a table that nobody is changing: for tests, and for proofs, which look at
 * what processes left that were killed.
 */
final class TableInspector {

  private static final int MOST_TOLD = 20;

  private final Table table;
  private final Set<Integer> live = new HashSet<>();
  private final Set<String> keys = new HashSet<>();
  private final List<String> wrong = new ArrayList<>();

  private TableInspector(Table table) {
    this.table = table;
  }

  /**
   * Looks at everything.
   *
   * @throws IllegalStateException if something is not as it should be; it says what
   */
  static void inspect(Table table) {
    TableInspector inspector = new TableInspector(table);
    inspector.inspect();
    if (!inspector.wrong.isEmpty()) {
      throw new IllegalStateException("table " + table.name + ": " + inspector.wrong);
    }
  }

  private void inspect() {
    for (int bucket = 0; bucket < table.layout.buckets(); bucket++) {
      MemorySegment segment = table.index.segmentOrNull(bucket);
      if (segment != null) {
        inspectBucket(bucket, segment, table.index.base(bucket));
      }
    }
    for (int row = 1; row <= table.layout.rows(); row++) {
      if (!live.contains(row)) {
        inspectFree(row);
      }
    }
    long count = table.intents.count();
    require(count == live.size(), () -> "the count is " + count + ", and rows are " + live.size());
    requireNobody(table.header.sweeper(), "the sweep");
    inspectIntents();
    live.forEach(this::inspectExpiry);
    require(
        table.committedBytes() <= table.layout.memoryBytes(),
        () -> table.committedBytes() + " bytes are committed");
  }

  private void require(boolean holds, Supplier<String> otherwise) {
    if (!holds && wrong.size() < MOST_TOLD) {
      wrong.add(otherwise.get());
    }
  }

  /** Who is gone holds nothing: what has his name may be taken. */
  private void requireNobody(int owner, String what) {
    require(
        owner == Owner.NOBODY || table.memory.processes.isGone(owner),
        () -> what + " is held by " + Integer.toHexString(owner));
  }

  private void inspectFree(int row) {
    long word = table.rows.word(row);
    require(
        RowWord.isFree(word),
        () -> "row " + row + " is in no bucket, and its word is " + Long.toHexString(word));
    require(table.free.mayBeFree(row), () -> "free row " + row + " has no hint");
  }

  private void inspectIntents() {
    for (int process = 0; process <= table.header.lastProcess(); process++) {
      for (int i = 0; i < table.layout.intentsOfProcess(); i++) {
        int row = Intents.of(table.header, table.layout, process, 0, i).row();
        String whose = "intent " + i + " of process " + process;
        require(row == 0, () -> whose + " has row " + row);
      }
    }
  }

  private void inspectBucket(int bucket, MemorySegment segment, long base) {
    requireNobody(table.index.holder(bucket), "bucket " + bucket);
    for (int place = 0; place < Index.PLACES; place++) {
      int row = Index.row(segment, base, place);
      int tag = Index.tagAt(segment, base, place);
      String where = "place " + place + " of bucket " + bucket;
      if (row == 0) {
        require(tag == 0, () -> where + " is empty and has the tag " + tag);
      } else {
        require(live.add(row), () -> "row " + row + " is met twice");
        inspectRow(bucket, tag, row);
      }
    }
  }

  private void inspectRow(int bucket, int tag, int row) {
    long word = table.rows.word(row);
    require(
        RowWord.isLive(word),
        () -> "row " + row + " is in a bucket, and its word is " + Long.toHexString(word));
    byte[] bytes = table.codec.readKey(table.rows.segment(row), table.rows.base(row));
    String text = new String(bytes, StandardCharsets.UTF_8);
    Key key = new Key(text, table.seed);
    require(Index.tag(key.hash()) == tag, () -> "row " + row + " has the tag " + tag);
    int home = table.layout.bucketOf(key.hash());
    int away = Math.floorMod(bucket - home, table.layout.buckets());
    require(
        away <= table.index.reach(home),
        () -> "row " + row + " is " + away + " buckets behind its own, which does not reach it");
    require(keys.add(text), () -> "the key of row " + row + " is there twice");
    int found = table.find(key);
    require(found == row, () -> "the key of row " + row + " leads to row " + found);
  }

  private void inspectExpiry(int row) {
    long index = row - 1L;
    long expires = RowWriter.expires(table.rows.segment(row), table.rows.base(row));
    for (int level = 0; level < table.expiry.levels(); level++) {
      index /= ExpiryTree.FANOUT;
      long earliest = table.expiry.earliest(level, index);
      require(
          earliest <= expires,
          () -> "row " + row + " expires at " + expires + ", before its bound " + earliest);
    }
  }
}
