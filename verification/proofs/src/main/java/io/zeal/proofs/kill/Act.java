package io.zeal.proofs.kill;

import java.util.List;

/** What a hand does at a time. */
enum Act {
  /** A key of its own: put, put if absent, patched, replaced, removed. */
  OWN,
  /** One more for a total, which makes its row. */
  ADD,
  /** A total's other columns. */
  PATCH,
  TOUCH,
  RACE_PUT,
  RACE_REMOVE,
  COUNTER,
  WINDOW,
  /** A look at everything, by key and page by page. */
  READ,
  COUNT,
  /** A row that expires soon. */
  BRIEF,
  /** A row that another one gives way for. */
  CROWD,
  SWEPT,
  CLEAR,
  /** Everything is opened, and closed by and by. */
  OPEN,
  CLOSE;

  private static final List<Act> ALL = List.of(values());

  /** How a journal has it; 0 is none. */
  long code() {
    return ALL.indexOf(this) + 1L;
  }

  /** That of a code, which is not 0. */
  static Act of(long code) {
    return ALL.get((int) code - 1);
  }
}
