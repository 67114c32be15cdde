package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.ColumnType;
import io.zeal.Schema;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExpiryTreeTest {

  private final Arena arena = Arena.ofShared();
  private final TableLayout layout =
      new TableLayout(
          Schema.builder().column("a", ColumnType.LONG).build().columns(), 64 * 64 + 1, 63, 1);
  private final ExpiryTree tree =
      new ExpiryTree(arena.allocate(layout.expiryWords() * Long.BYTES, 8), 0, layout);

  @BeforeEach
  void isTheTreeOfAnEmptyTable() {
    tree.clear();
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void nothingIsDueAtFirst() {
    assertThat(tree.levels()).isEqualTo(3);
    assertThat(tree.isDue(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void everyWordAboveARowIsLoweredAndNoOther() {
    tree.lower(64 * 64 + 1, 50);
    tree.lower(65, 70);

    assertThat(tree.earliest(2, 0)).isEqualTo(50);
    assertThat(tree.earliest(1, 1)).isEqualTo(50);
    assertThat(tree.earliest(1, 0)).isEqualTo(70);
    assertThat(tree.earliest(0, 1)).isEqualTo(70);
    assertThat(tree.earliest(0, 0)).isEqualTo(ExpiryTree.NEVER);
    assertThat(tree.isDue(50)).isFalse();
    assertThat(tree.isDue(51)).isTrue();
  }

  @Test
  void wordIsRaisedUnlessAWriterCameBy() {
    tree.lower(1, 50);
    long bound = tree.beginRaising(0, 0);
    tree.endRaising(0, 0, bound, 90);
    assertThat(tree.earliest(0, 0)).isEqualTo(90);

    bound = tree.beginRaising(0, 0);
    tree.lower(2, 95); // above the word, so it stays what it is; but it may not be raised any more
    tree.endRaising(0, 0, bound, ExpiryTree.NEVER);
    assertThat(tree.earliest(0, 0)).isEqualTo(90);
  }

  @Test
  void markThatASweepLeftBehindDoesNoHarm() {
    tree.lower(1, 50);
    tree.beginRaising(0, 0);

    assertThat(tree.earliest(0, 0)).isEqualTo(50);
    tree.lower(2, 40);
    assertThat(tree.earliest(0, 0)).isEqualTo(40);
    long bound = tree.beginRaising(0, 0);
    tree.endRaising(0, 0, bound, 60);
    assertThat(tree.earliest(0, 0)).isEqualTo(60);
  }
}
