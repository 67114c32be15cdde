package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** Checks the structure of a table that nobody is changing. */
final class TableInspector {

  private final Table table;
  private final Set<Integer> live = new HashSet<>();
  private final Set<String> keys = new HashSet<>();

  private TableInspector(Table table) {
    this.table = table;
  }

  static void inspect(Table table) {
    new TableInspector(table).inspect();
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
        assertThat(RowWord.isFree(table.rows.word(row)))
            .as("row %d is in no bucket, so it is free: %x", row, table.rows.word(row))
            .isTrue();
        assertThat(table.free.mayBeFree(row)).as("hint of free row %d", row).isTrue();
      }
    }
    assertThat(table.intents.count()).as("count").isEqualTo(live.size());
    assertThat(table.header.sweeper()).as("who sweeps").isEqualTo(Owner.NOBODY);
    live.forEach(this::inspectExpiry);
    assertThat(table.committedBytes()).isLessThanOrEqualTo(table.layout.memoryBytes());
  }

  private void inspectBucket(int bucket, MemorySegment segment, long base) {
    assertThat(table.index.holder(bucket))
        .as("who holds bucket %d", bucket)
        .isEqualTo(Owner.NOBODY);
    for (int place = 0; place < Index.PLACES; place++) {
      int row = Index.row(segment, base, place);
      int tag = Memory.getByteAcquire(segment, base + 8 + place) & 0xff;
      if (row == 0) {
        assertThat(tag).as("tag of the empty place %d of bucket %d", place, bucket).isZero();
      } else {
        assertThat(live.add(row)).as("row %d is met twice", row).isTrue();
        inspectRow(bucket, tag, row);
      }
    }
  }

  private void inspectRow(int bucket, int tag, int row) {
    long word = table.rows.word(row);
    assertThat(RowWord.isLive(word)).as("row %d in a bucket is live: %x", row, word).isTrue();
    byte[] bytes = table.codec.readKey(table.rows.segment(row), table.rows.base(row));
    String text = new String(bytes, StandardCharsets.UTF_8);
    Key key = new Key(text, table.seed);
    assertThat(Index.tag(key.hash())).as("tag of row %d", row).isEqualTo(tag);
    int home = table.layout.bucketOf(key.hash());
    int away = Math.floorMod(bucket - home, table.layout.buckets());
    assertThat(away)
        .as("buckets from its own to row %d", row)
        .isLessThanOrEqualTo(table.index.reach(home));
    assertThat(keys.add(text)).as("key of row %d is there twice", row).isTrue();
    assertThat(table.find(key)).as("row of the key of row %d", row).isEqualTo(row);
  }

  private void inspectExpiry(int row) {
    long index = row - 1L;
    long expires = RowWriter.expires(table.rows.segment(row), table.rows.base(row));
    for (int level = 0; level < table.expiry.levels(); level++) {
      index /= ExpiryTree.FANOUT;
      assertThat(table.expiry.earliest(level, index))
          .as("expiry bound of row %d at level %d", row, level)
          .isLessThanOrEqualTo(expires);
    }
  }
}
