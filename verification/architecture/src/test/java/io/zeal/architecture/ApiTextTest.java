package io.zeal.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.architecture.fixtures.Sample;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Exports;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The public API, agreed on as text in docs/api-diff: a change to it is seen in review. */
class ApiTextTest {

  @Test
  void everyPublicApiIsTheOneAgreedOn() throws Exception {
    var modules = Reactor.publishedModules();
    var texts = new TreeMap<String, String>();
    try (var loader = loader(modules)) {
      for (var module : modules) {
        texts.put(module.name() + ".txt", ApiText.of(exportedTypes(module, loader)));
      }
    }

    new GoldenFiles(Reactor.ROOT.resolve("docs/api-diff")).check(texts);
  }

  @Test
  void textShowsWhatOthersCanNameAndNothingElse() {
    assertThat(
            ApiText.of(
                Stream.concat(
                    Stream.of(Sample.class), Stream.of(Sample.class.getDeclaredClasses()))))
        .isEqualTo(
            """
            public abstract class io.zeal.architecture.fixtures.Sample<T extends Comparable<T>> implements java.util.function.Supplier<T>
              @Deprecated public static final int LIMIT
              protected new(String...) throws java.io.IOException
              public <X> @Nullable X find(java.util.List<@Nullable X>)

            public abstract static sealed interface io.zeal.architecture.fixtures.Sample.Shape permits io.zeal.architecture.fixtures.Sample.Dot
              public default int sides()
            """);
  }

  private static Stream<Class<?>> exportedTypes(Reactor.Module module, ClassLoader loader)
      throws IOException {
    var types = new ArrayList<Class<?>>();
    for (var exports : module.descriptor().exports()) {
      types.addAll(typesIn(exports, module.classes(), loader));
    }
    return types.stream();
  }

  private static List<Class<?>> typesIn(Exports exports, Path classes, ClassLoader loader)
      throws IOException {
    var types = new ArrayList<Class<?>>();
    try (var files = Files.list(classes.resolve(exports.source().replace('.', '/')))) {
      for (var file : files.toList()) {
        var name = file.getFileName().toString();
        if (name.endsWith(".class") && !name.equals("package-info.class")) {
          types.add(load(exports.source() + "." + name.replace(".class", ""), loader));
        }
      }
    }
    return types;
  }

  private static Class<?> load(String name, ClassLoader loader) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException failure) {
      throw new AssertionError("Listed but not loadable: " + name, failure);
    }
  }

  private static URLClassLoader loader(List<Reactor.Module> modules) throws MalformedURLException {
    var urls = new ArrayList<URL>();
    for (var module : modules) {
      urls.add(module.classes().toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ApiTextTest.class.getClassLoader());
  }
}
