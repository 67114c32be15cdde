package io.zeal.table;

/**
 * The rows that nobody uses: a list through their links, and those that were never handed out.
 * Taking and giving back wait for nobody.
 */
final class FreeRows {

  private final TableHeader header;
  private final RowMemory rows;
  private final long capacity;

  FreeRows(TableHeader header, RowMemory rows, long capacity) {
    this.header = header;
    this.rows = rows;
    this.capacity = capacity;
  }

  /**
   * Takes a row, 0 if there is none.
   *
   * @throws io.zeal.CapacityException if a fresh row needs memory and there is none
   */
  int take() {
    int row = pop();
    return row != 0 ? row : takeFresh();
  }

  private int pop() {
    while (true) {
      long top = header.free();
      int row = TableHeader.rowOf(top);
      // If someone else takes this row now, its link is worthless, and so is our top, by its tag.
      if (row == 0 || header.replaceFree(top, rows.next(row))) {
        return row;
      }
    }
  }

  private int takeFresh() {
    while (true) {
      long fresh = header.fresh();
      if (fresh == capacity) {
        return 0;
      }
      int row = (int) fresh + 1;
      rows.require(row);
      if (header.takeFresh(fresh)) {
        return row;
      }
    }
  }

  /** Gives a free row back. */
  void push(int row) {
    while (true) {
      long top = header.free();
      rows.setNext(row, TableHeader.rowOf(top));
      if (header.replaceFree(top, row)) {
        return;
      }
    }
  }
}
