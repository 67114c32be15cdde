package io.zeal.table;

/**
 * Ends what an intent began. What is to be done is told by the row's word alone, so it can be done
 * again if whoever does it ends as well: the word is the last to change.
 */
final class Recovery {

  private final TableLayout layout;
  private final TableHeader header;
  private final RowMemory rows;
  private final Index index;
  private final FreeRows free;
  private final RowCodec codec;

  Recovery(
      TableLayout layout,
      TableHeader header,
      RowMemory rows,
      Index index,
      FreeRows free,
      RowCodec codec) {
    this.layout = layout;
    this.header = header;
    this.rows = rows;
    this.index = index;
    this.free = free;
    this.codec = codec;
  }

  /** Ends what an intent began; nobody else uses it or does the same. */
  void end(Intent intent) {
    int row = intent.row();
    if (row == 0) {
      return;
    }
    long word = rows.word(row);
    if (RowWord.isFree(word)) {
      free.freed(row); // the hint may be missing
    } else if (RowWord.owner(word) == intent.owner()) {
      end(intent, row, word);
    }
    intent.end();
  }

  private void end(Intent intent, int row, long word) {
    switch (RowWord.state(word)) {
      case RowWord.FILLING -> {
        index.clear(intent.place(), row);
        intent.uncount();
        freeRow(row, word);
      }
      case RowWord.HELD -> {
        intent.uncount();
        rows.setWord(row, RowWord.next(word, RowWord.LIVE));
      }
      case RowWord.MOVING -> {
        codec.copy(intent.segment(), intent.asRow(), rows.segment(row), rows.base(row));
        rows.setWord(row, RowWord.next(word, RowWord.LIVE));
      }
      case RowWord.LEAVING -> {
        index.clear(intent.place(), row);
        freeRow(row, word);
      }
      default -> throw new IllegalStateException("row " + row + " has the word " + word);
    }
  }

  private void freeRow(int row, long word) {
    rows.setWord(row, RowWord.next(word, RowWord.FREE));
    free.freed(row);
  }

  /**
   * Takes everything from a process of which every intent was ended; before its place is taken by
   * one whose incarnation looks like an earlier one's.
   */
  void takeAll(int process) {
    for (int row = 1; row <= layout.rows(); row++) {
      long word = rows.word(row);
      if (RowWord.isHeld(word) && isOf(process, RowWord.owner(word))) {
        rows.compareAndSet(row, word, RowWord.next(word, RowWord.LIVE));
      }
    }
    for (int bucket = 0; bucket < layout.buckets(); bucket++) {
      int holder = index.segmentOrNull(bucket) == null ? Owner.NOBODY : index.holder(bucket);
      if (isOf(process, holder)) {
        index.tryLock(bucket, holder, Owner.NOBODY);
      }
    }
    int sweeper = header.sweeper();
    if (isOf(process, sweeper)) {
      header.trySweep(sweeper, Owner.NOBODY);
    }
  }

  private static boolean isOf(int process, int owner) {
    return owner != Owner.NOBODY && Owner.process(owner) == process;
  }
}
