package io.zeal.benchmarks.memcached;

import io.zeal.MaxBytes;

/** The row of this area: a note of 88 letters and a number, 100 bytes in Zeal's own form. */
public record Player(@MaxBytes(96) String note, long score) {

  private static final String BEGIN =
      "Player with a note of some length, as long as a hundred bytes: ";
  private static final int LETTERS = 88;

  static Player number(int row) {
    String note = BEGIN + "number " + (1_000_000 + row % 1_000_000);
    return new Player(note + "-".repeat(LETTERS - note.length()), row);
  }
}
