package io.zeal.table;

/** Takes rows out of the table. */
final class Remover {

  private final RowMemory rows;
  private final Index index;
  private final FreeRows free;
  private final Finder finder;

  Remover(RowMemory rows, Index index, FreeRows free, Finder finder) {
    this.rows = rows;
    this.index = index;
    this.free = free;
    this.finder = finder;
  }

  /**
   * Takes hold of a row in order to remove it.
   *
   * @param word its word, live, under which it was found in {@code place}
   * @return the word it is held under, 0 if the row changed
   */
  long hold(int row, long word, long place, Intent intent) {
    long held = RowWord.held(word, RowWord.HELD, intent.owner());
    intent.begin(row, place);
    if (rows.compareAndSet(row, word, held)) {
      return held;
    }
    intent.end();
    return 0;
  }

  /** Lets a row go that is held and stays as it is. */
  void keep(int row, long held, Intent intent) {
    rows.setWord(row, RowWord.unchanged(held));
    intent.end();
  }

  /** Removes a row that is held; it is free afterwards. */
  void remove(int row, long held, long place, Intent intent) {
    long leaving = leave(row, held, place, intent);
    rows.setWord(row, RowWord.next(leaving, RowWord.FREE));
    free.freed(row);
    intent.end();
  }

  /** Removes a row that is held; it is the caller's to fill afterwards. */
  void replace(int row, long held, long place, Intent intent) {
    long leaving = leave(row, held, place, intent);
    intent.begin(row, Intent.NO_PLACE);
    RowMemory.setWordFirst(
        rows.segment(row), rows.base(row), RowWord.held(leaving, RowWord.FILLING, intent.owner()));
  }

  /** The row is gone with its word, after the count has it; then its place is free. */
  private long leave(int row, long held, long place, Intent intent) {
    long leaving = RowWord.held(RowWord.next(held, RowWord.FREE), RowWord.LEAVING, intent.owner());
    intent.countGone();
    RowMemory.commit(rows.segment(row), rows.base(row), leaving);
    index.clear(place, row);
    return leaving;
  }

  /**
   * Removes a row of which only the number is known, if its word is still {@code seen}: live.
   *
   * @return whether it did
   */
  boolean removeIfLive(int row, long seen, Intent intent) {
    Key key = RowWord.isLive(seen) ? finder.keyOf(row) : null;
    if (key == null || key.word() != seen) {
      return false;
    }
    long held = hold(row, seen, key.place(), intent);
    if (held != 0) {
      remove(row, held, key.place(), intent);
    }
    return held != 0;
  }
}
