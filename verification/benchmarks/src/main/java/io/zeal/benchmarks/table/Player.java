package io.zeal.benchmarks.table;

import io.zeal.MaxBytes;

/** The row of this area: a name of 24 letters and a number. */
public record Player(@MaxBytes(32) String name, long score) {

  static Player number(int row) {
    return new Player("Player with number " + (10_000 + row % 10_000), row);
  }

  Player plusOne() {
    return new Player(name, score + 1);
  }
}
