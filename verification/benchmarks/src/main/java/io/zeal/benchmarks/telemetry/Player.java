package io.zeal.benchmarks.telemetry;

import io.zeal.MaxBytes;

/** A row. */
public record Player(@MaxBytes(32) String name, long score) {

  static Player number(int row) {
    return new Player("player " + row, row);
  }
}
