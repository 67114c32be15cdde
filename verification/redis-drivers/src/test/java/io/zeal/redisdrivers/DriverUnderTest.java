package io.zeal.redisdrivers;

import io.zeal.redis.spi.RedisDriver;
import java.util.Set;

/**
 * A driver, and where drivers may differ.
 *
 * @param driver what is tested
 * @param abilities what it can and others cannot
 */
record DriverUnderTest(RedisDriver driver, Set<Ability> abilities) {

  /** What a driver may do without. */
  enum Ability {
    /** Reaches unix sockets, as against refusing them. */
    UNIX_SOCKETS,
    /** Knows, of a large batch, which commands were not begun. */
    KNOWS_WHAT_WAS_NOT_BEGUN
  }

  static DriverUnderTest of(RedisDriver driver, Ability... abilities) {
    return new DriverUnderTest(driver, Set.of(abilities));
  }
}
