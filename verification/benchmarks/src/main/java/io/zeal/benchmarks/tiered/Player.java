package io.zeal.benchmarks.tiered;

import io.zeal.MaxBytes;
import java.util.Map;

/** The row of this area: a name of 24 letters and a number. Serializable for Redisson. */
public record Player(@MaxBytes(32) String name, long score) implements java.io.Serializable {

  static final String NAME = "name";
  static final String SCORE = "score";

  static Player number(int row) {
    return new Player("Player with number " + (10_000 + row % 10_000), row);
  }

  Player withScore(long other) {
    return new Player(name, other);
  }

  /** The same as Jedis stores it: fields and values of a hash. */
  Map<String, String> fields() {
    return Map.of(NAME, name, SCORE, Long.toString(score));
  }
}
