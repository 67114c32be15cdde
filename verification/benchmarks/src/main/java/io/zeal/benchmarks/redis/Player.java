package io.zeal.benchmarks.redis;

import io.zeal.MaxBytes;
import java.util.Map;

/** The row of this area: a name of 24 letters and a number. */
public record Player(@MaxBytes(32) String name, long score) {

  static final String NAME = "name";
  static final String SCORE = "score";

  static Player number(int row) {
    return new Player("Player with number " + (10_000 + row % 10_000), row);
  }

  /** The same as peers store it: fields and values of a hash. */
  Map<String, String> fields() {
    return Map.of(NAME, name, SCORE, Long.toString(score));
  }
}
