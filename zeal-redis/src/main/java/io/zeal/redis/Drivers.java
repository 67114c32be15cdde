package io.zeal.redis;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.RedisDriver;
import io.zeal.spi.BackendContext;
import java.util.List;
import java.util.Optional;

/** Finds the driver: the one that was named, or the only one there is. */
final class Drivers {

  /** The drivers that are published as {@code io.zeal:zeal-redis-…}. */
  private static final List<String> PUBLISHED = List.of("jedis", "lettuce", "redisson");

  private static final String ADD =
      " Add io.zeal:zeal-redis-jedis, -lettuce or -redisson to the module path or the class path.";

  private Drivers() {}

  /**
   * Opens the driver.
   *
   * @throws ConfigurationException if there is not exactly one that fits, or its library is missing
   */
  static LinkFactory open(BackendContext context, Optional<String> named) {
    RedisDriver driver = choose(context.plugins(RedisDriver.class), named);
    try {
      return driver.open(context);
    } catch (LinkageError e) {
      throw new ConfigurationException(
          ErrorCode.MODULE_NOT_FOUND,
          "Redis driver '"
              + driver.name()
              + "' cannot be loaded: "
              + e
              + ". Its library is missing, or is there in another version: put everything on the"
              + " path that the driver's artifact depends on.",
          e);
    }
  }

  private static RedisDriver choose(List<RedisDriver> found, Optional<String> named) {
    List<RedisDriver> fitting =
        found.stream().filter(driver -> named.map(driver.name()::equals).orElse(true)).toList();
    if (fitting.size() == 1) {
      return fitting.getFirst();
    }
    List<String> names = found.stream().map(RedisDriver::name).sorted().toList();
    throw new ConfigurationException(
        ErrorCode.DRIVER_NOT_FOUND,
        named.map(name -> "No Redis driver '" + name + "'.").orElse("No single Redis driver.")
            + " Found: "
            + names
            + "."
            + named.map(name -> advice(name, names)).orElseGet(() -> advice(names)));
  }

  private static String advice(String name, List<String> found) {
    if (PUBLISHED.contains(name)) {
      return " Add io.zeal:zeal-redis-" + name + " to the module path or the class path.";
    }
    return found.isEmpty() ? ADD : " Set zeal.redis.driver to one of them.";
  }

  private static String advice(List<String> found) {
    return found.isEmpty()
        ? ADD
        : " Choose one: -Dzeal.redis.driver=" + found.getFirst() + ", or keep one on the path.";
  }
}
