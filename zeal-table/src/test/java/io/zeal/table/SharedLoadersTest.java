package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.Zeal;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classes of tables twice in one process, as applications in a container have them. */
class SharedLoadersTest {

  private static final int ADDITIONS = 2_000;

  @TempDir Path directory;

  private final List<URLClassLoader> loaders = new ArrayList<>();
  private Function<String, String> one;
  private Function<String, String> other;

  @BeforeEach
  void open() throws Exception {
    one = user();
    other = user();
  }

  @AfterEach
  void close() throws Exception {
    for (Object user : List.of(one, other)) {
      ((AutoCloseable) user).close();
    }
    for (URLClassLoader loader : loaders) {
      loader.close();
    }
  }

  @SuppressWarnings("unchecked")
  private Function<String, String> user() throws Exception {
    URL[] places = {place(Zeal.class), place(TableBackend.class), place(LoaderUser.class)};
    // No parent: the platform's loader would find the modules of this test.
    URLClassLoader loader = new URLClassLoader(places, null);
    loaders.add(loader);
    Class<?> type = loader.loadClass(LoaderUser.class.getName());
    assertThat(type).isNotSameAs(LoaderUser.class);
    return (Function<String, String>) type.getConstructor(Path.class).newInstance(directory);
  }

  /** The root that a class was read from; tests of a module are elsewhere than the module says. */
  private static URL place(Class<?> type) throws MalformedURLException {
    String name = "/" + type.getName().replace('.', '/') + ".class";
    String file = String.valueOf(type.getResource(name));
    String root = file.substring(0, file.length() - name.length() + 1);
    return URI.create(
            root.startsWith("jar:") ? root.substring("jar:".length(), root.indexOf("!/")) : root)
        .toURL();
  }

  @Test
  void eachHasAPlaceOfItsOwnAndSumsAreExact() throws Exception {
    assertThat(one.apply("place")).isNotEqualTo(other.apply("place"));
    assertThat(one.apply("put")).isNotBlank();
    Callable<String> adding = () -> addMany(one);
    Callable<String> addingToo = () -> addMany(other);
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      for (Future<String> each : threads.invokeAll(List.of(adding, addingToo))) {
        assertThat(each.get(60, TimeUnit.SECONDS)).contains("Added");
      }
    }

    assertThat(other.apply("add")).contains(String.valueOf(2 * ADDITIONS + 2));
    assertThat(one.apply("count")).isEqualTo("1");
    assertThat(one.apply("inspect")).isEqualTo("whole");
  }

  private static String addMany(Function<String, String> user) {
    String last = "";
    for (int i = 0; i < ADDITIONS; i++) {
      last = user.apply("add");
    }
    return last;
  }

  @Test
  void whoIsThereIsNotTakenForDeadAndWhoClosesLeavesNothing() throws Exception {
    assertThat(one.apply("put")).isNotBlank();
    assertThat(one.apply("hold")).isEqualTo("true");

    // It asks whether the holder is dead, and he is of the same process.
    assertThatThrownBy(() -> other.apply("add")).hasMessageContaining("another caller held it");

    ((AutoCloseable) one).close();
    assertThat(other.apply("add")).contains("2");
    assertThat(other.apply("count")).isEqualTo("1");
    assertThat(other.apply("inspect")).isEqualTo("whole");
  }

  @Test
  void placeIsTakenAgainByWhoComesNext() throws Exception {
    String place = one.apply("place");
    assertThat(one.apply("put")).isNotBlank();
    assertThat(one.apply("hold")).isNotBlank();
    ((AutoCloseable) one).close();

    one = user();

    assertThat(one.apply("place")).isEqualTo(place);
    assertThat(one.apply("add")).contains("2");
    assertThat(other.apply("add")).contains("3");
    assertThat(one.apply("inspect")).isEqualTo("whole");
  }
}
