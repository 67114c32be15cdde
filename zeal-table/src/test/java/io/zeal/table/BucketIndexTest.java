package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.StoreOptions;
import io.zeal.spi.Rows;
import io.zeal.table.Waits.Purpose;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Readers that were in a chain before it changed; the test plays the writer step by step. */
class BucketIndexTest extends TableFixture {

  private final Rows<Player> rows = rows("chain", StoreOptions.defaults().withCapacity(8));
  private final Table table = backend.table("chain");
  private final List<String> keys = keysOfOneBucket(2);
  private final Key stays = new Key(keys.getFirst(), table.seed);
  private final Key moves = new Key(keys.getLast(), table.seed);
  private final int bucket = table.layout.bucketOf(stays.hash());

  /** It read the number of the row that moves when that was in the chain before. */
  @Test
  void readerOnARowThatIsAboutToBecomeTheHeadMissesNoneBehindIt() {
    put(rows, keys.getFirst(), 1);
    put(rows, keys.getLast(), 1);
    int row = table.index.head(bucket);
    remove(rows, keys.getLast());

    assertThat(table.free.take()).isEqualTo(row);
    table.rows.beginFilling(row);
    assertThat(walkFrom(row)).as("while the row is filled: begin anew").isEqualTo(-1);
    Memory.setIntOpaque(
        table.rows.segment(row), table.rows.base(row) + TableLayout.HASH, moves.hash());
    moves.writeTo(table.rows.segment(row), table.rows.base(row), table.layout.keyOffset());
    table.index.lock(bucket, Purpose.WRITE);
    table.index.announce(bucket, row);
    assertThat(walkFrom(row)).as("before it is the head").isEqualTo(table.index.head(bucket));
    table.index.unlock(bucket);

    table.rows.release(row, RowWord.freed(table.rows.word(row)));
    assertThat(walkFrom(row)).as("once it is free: begin anew").isEqualTo(-1);
    table.free.push(row);
  }

  @Test
  void readerOnARowThatWentToAnotherChainBeginsAnew() {
    put(rows, keys.getFirst(), 1);
    int row = table.index.head(bucket);
    remove(rows, keys.getFirst());
    put(rows, keyOutsideTheBucket(), 1);

    assertThat(walkFrom(row)).isEqualTo(-1);
  }

  private int walkFrom(int row) {
    return table.index.walkFrom(row, stays, Purpose.READ);
  }

  private List<String> keysOfOneBucket(int many) {
    List<String> found = new ArrayList<>();
    for (int i = 0; found.size() < many; i++) {
      if (bucketOf("key" + i) == 0) {
        found.add("key" + i);
      }
    }
    return found;
  }

  private String keyOutsideTheBucket() {
    int i = 0;
    while (bucketOf("other" + i) == bucket) {
      i++;
    }
    return "other" + i;
  }

  private int bucketOf(String key) {
    return table.layout.bucketOf(new Key(key, table.seed).hash());
  }
}
