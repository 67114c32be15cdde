package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.redis.spi.RedisDriver;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That no driver goes without a chapter: what the first one nests, all nest. */
class EveryDriverTest {

  static Stream<String> drivers() {
    return ServiceLoader.load(RedisDriver.class).stream().map(driver -> driver.get().name());
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void everyDriverOnThePathRunsEveryChapterAndTheWholeKit(String driver) throws Exception {
    String name = Character.toUpperCase(driver.charAt(0)) + driver.substring(1);

    assertThat(nested(Class.forName(getClass().getPackageName() + "." + name + "DriverTest")))
        .isNotEmpty()
        .isEqualTo(nested(JedisDriverTest.class));
    assertThat(nested(Class.forName(getClass().getPackageName() + "." + name + "ContractTest")))
        .isNotEmpty()
        .isEqualTo(nested(JedisContractTest.class));
  }

  /** The chapters that a class and those within it run, without a driver's own tests. */
  private static Set<String> nested(Class<?> test) {
    Set<String> found = new TreeSet<>();
    for (Class<?> inner : test.getDeclaredClasses()) {
      Class<?> chapter = inner.getSuperclass();
      if (inner.isAnnotationPresent(Nested.class) && chapter != DriverTck.class) {
        found.add(inner.getSimpleName() + " extends " + chapter.getSimpleName());
        nested(inner).forEach(one -> found.add(inner.getSimpleName() + ": " + one));
      }
    }
    return found;
  }
}
