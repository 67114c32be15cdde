package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;

/** Checks the structure of a table that nobody is changing. */
final class TableInspector {

  private final Table table;

  private TableInspector(Table table) {
    this.table = table;
  }

  static void inspect(Table table) {
    new TableInspector(table).inspect();
  }

  private void inspect() {
    Set<Integer> live = inspectChains();
    Set<Integer> free = inspectFreeList();
    Set<Integer> both = new HashSet<>(free);
    both.retainAll(live);
    assertThat(both).as("rows that are free and in a chain").isEmpty();
    assertThat((long) live.size() + free.size())
        .as("rows in chains and on the free list")
        .isEqualTo(table.header.fresh());
    assertThat(table.header.count()).as("count").isEqualTo(live.size());
    live.forEach(this::inspectExpiry);
    assertThat(table.committedBytes()).isLessThanOrEqualTo(table.layout.memoryBytes());
  }

  private Set<Integer> inspectChains() {
    Set<Integer> live = new HashSet<>();
    Set<String> keys = new HashSet<>();
    for (int bucket = 0; bucket < table.layout.buckets(); bucket++) {
      assertThat(table.index.tryLock(bucket)).as("bucket %d is free", bucket).isTrue();
      table.index.unlock(bucket);
      for (int row = table.index.head(bucket); row != 0; row = table.rows.next(row)) {
        assertThat(live.add(row)).as("row %d is met twice", row).isTrue();
        inspectRow(bucket, row, keys);
      }
    }
    return live;
  }

  private void inspectRow(int bucket, int row, Set<String> keys) {
    long word = table.rows.word(row);
    assertThat(RowWord.isLive(word) && !RowWord.isLocked(word))
        .as("row %d in a chain is live and not held: %x", row, word)
        .isTrue();
    byte[] bytes = table.codec.readKey(table.rows.segment(row), table.rows.base(row));
    String text = new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    Key key = new Key(text, table.seed);
    assertThat(key.hash()).as("hash of row %d", row).isEqualTo(table.rows.hash(row));
    assertThat(table.layout.bucketOf(key.hash())).as("bucket of row %d", row).isEqualTo(bucket);
    assertThat(keys.add(text)).as("key of row %d is there twice", row).isTrue();
  }

  private Set<Integer> inspectFreeList() {
    Set<Integer> free = new HashSet<>();
    int row = TableHeader.rowOf(table.header.free());
    while (row != 0) {
      assertThat(free.add(row)).as("free row %d is met twice", row).isTrue();
      assertThat(RowWord.isFree(table.rows.word(row))).as("row %d is free", row).isTrue();
      row = table.rows.next(row);
    }
    return free;
  }

  private void inspectExpiry(int row) {
    long index = row - 1L;
    for (int level = 0; level < table.expiry.levels(); level++) {
      index /= ExpiryTree.FANOUT;
      assertThat(table.expiry.earliest(level, index))
          .as("expiry bound of row %d at level %d", row, level)
          .isLessThanOrEqualTo(table.rows.expires(row));
    }
  }
}
