package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.redis.RedisBackendProvider;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.RedisDriver;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * That no driver goes without a chapter, and that each class tests the driver it is named for: what
 * the first one nests, all nest.
 */
class EveryDriverTest {

  static Stream<String> drivers() {
    return ServiceLoader.load(RedisDriver.class).stream().map(driver -> driver.get().name());
  }

  private Class<?> test(String driver, String end) throws ClassNotFoundException {
    String name = Character.toUpperCase(driver.charAt(0)) + driver.substring(1);
    return Class.forName(getClass().getPackageName() + "." + name + end);
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void everyDriverOnThePathRunsEveryChapterAndTheWholeKit(String driver) throws Exception {
    assertThat(nested(test(driver, "DriverTest")))
        .isNotEmpty()
        .isEqualTo(nested(JedisDriverTest.class));
    assertThat(nested(test(driver, "ContractTest")))
        .isNotEmpty()
        .isEqualTo(nested(JedisContractTest.class));
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void everyChapterIsOfTheDriverThatItsClassIsNamedFor(String driver) throws Exception {
    for (Object chapter : instances(create(test(driver, "DriverTest"), null))) {
      assertThat(((DriverTck) chapter).driver().name())
          .as("%s", chapter.getClass())
          .isEqualTo(driver);
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void theWholeKitRunsOverTheDriverThatItsClassIsNamedFor(String driver) throws Exception {
    SharedServer.get(); // or skip
    for (Object kit : instances(create(test(driver, "ContractTest"), null))) {
      Witness witness = new Witness(new ArrayList<>());
      Method open = kit.getClass().getDeclaredMethod("open", ZealConfig.Builder.class);
      open.setAccessible(true);
      try (Zeal zeal = (Zeal) open.invoke(kit, ZealConfig.builder().backend(witness))) {
        assertThat(zeal.info().name()).isEqualTo("redis");
      }
      assertThat(witness.opened).as("%s", kit.getClass()).containsExactly(driver);
    }
  }

  /** The backend itself, and a record of the drivers that were opened for it. */
  private record Witness(List<String> opened) implements BackendProvider {

    private static final RedisBackendProvider BACKEND = new RedisBackendProvider();

    @Override
    public String name() {
      return BACKEND.name();
    }

    @Override
    public List<Setting<?>> settings() {
      return BACKEND.settings();
    }

    @Override
    public Backend open(BackendContext context) {
      return BACKEND.open(new WatchedContext(context, opened));
    }
  }

  /** A driver that says when it is opened. */
  private record Watched(RedisDriver driver, List<String> opened) implements RedisDriver {
    @Override
    public String name() {
      return driver.name();
    }

    @Override
    public List<Setting<?>> settings() {
      return driver.settings();
    }

    @Override
    public LinkFactory open(BackendContext context) {
      opened.add(driver.name());
      return driver.open(context);
    }
  }

  /** Passes everything on, drivers watched. */
  private record WatchedContext(BackendContext context, List<String> opened)
      implements BackendContext {
    @Override
    public <T> T setting(Setting<T> setting) {
      return context.setting(setting);
    }

    @Override
    public <T> Optional<T> optionalSetting(Setting<T> setting) {
      return context.optionalSetting(setting);
    }

    @Override
    public <T> Optional<T> instance(Class<T> type) {
      return context.instance(type);
    }

    @Override
    public Backend open(String name, Role role) {
      return context.open(name, role);
    }

    @Override
    public <S> List<S> plugins(Class<S> type) {
      return context.plugins(type).stream().map(plugin -> type.cast(watched(plugin))).toList();
    }

    private Object watched(Object plugin) {
      return plugin instanceof RedisDriver driver ? new Watched(driver, opened) : plugin;
    }

    @Override
    public InstantSource clock() {
      return context.clock();
    }

    @Override
    public Executor executor() {
      return context.executor();
    }
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

  /** One object of each class that runs tests within this one. */
  private static List<Object> instances(Object outer) throws ReflectiveOperationException {
    List<Object> found = new ArrayList<>();
    for (Class<?> inner : outer.getClass().getDeclaredClasses()) {
      if (inner.isAnnotationPresent(Nested.class)) {
        Object instance = create(inner, outer);
        if (inner.getSuperclass() != Object.class) {
          found.add(instance);
        }
        found.addAll(instances(instance));
      }
    }
    return found;
  }

  private static Object create(Class<?> type, @Nullable Object outer)
      throws ReflectiveOperationException {
    Constructor<?> constructor = type.getDeclaredConstructors()[0];
    constructor.setAccessible(true);
    return outer == null ? constructor.newInstance() : constructor.newInstance(outer);
  }
}
