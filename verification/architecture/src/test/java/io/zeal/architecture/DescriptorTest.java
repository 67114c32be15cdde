package io.zeal.architecture;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What module-info says of each module. */
class DescriptorTest {

  @Test
  void everyDescriptorIsTheOneAgreedOn() throws IOException {
    var texts = new TreeMap<String, String>();
    Reactor.modules()
        .forEach(it -> texts.put(it.name() + ".txt", DescriptorText.of(it.descriptor())));

    new GoldenFiles(
            Reactor.ROOT.resolve("verification/architecture/src/test/resources/descriptors"))
        .check(texts);
  }

  @Test
  void textNamesEveryDirectiveInAFixedOrder() {
    var module =
        ModuleDescriptor.newModule("m")
            .requires(Set.of(Requires.Modifier.TRANSITIVE, Requires.Modifier.STATIC), "r")
            .exports("m.api")
            .exports("m.friends", Set.of("y", "x"))
            .opens("m.opened", Set.of("z"))
            .packages(Set.of("m.hidden"))
            .uses("s.S")
            .provides("s.S", List.of("m.hidden.B", "m.hidden.A"))
            .build();

    assertThat(DescriptorText.of(module))
        .isEqualTo(
            """
            module m
            contains m.hidden
            contains m.opened
            exports m.api
            exports m.friends to x y
            opens m.opened to z
            provides s.S with m.hidden.B m.hidden.A
            requires java.base mandated
            requires r static transitive
            uses s.S
            """);
  }

  @Test
  void apiDependsOnTheJdkBaseAlone() {
    var api =
        Reactor.modules().stream()
            .filter(module -> module.name().equals("io.zeal"))
            .findFirst()
            .orElseThrow();

    var needed =
        api.descriptor().requires().stream()
            .filter(it -> !it.modifiers().contains(Requires.Modifier.STATIC))
            .map(Requires::name);
    var optional =
        api.descriptor().requires().stream()
            .filter(it -> it.modifiers().contains(Requires.Modifier.STATIC))
            .map(Requires::name);

    assertThat(needed).containsExactly("java.base");
    assertThat(optional).containsExactly("org.jspecify");
  }

  @ParameterizedTest
  @MethodSource("modules")
  void classPathUsersSeeTheSameProvidersAsTheModulePath(Reactor.Module module) {
    var provides =
        module.descriptor().provides().stream()
            .collect(
                toMap(ModuleDescriptor.Provides::service, ModuleDescriptor.Provides::providers));

    assertThat(services(module.classes()))
        .as("META-INF/services of %s, against its provides", module)
        .isEqualTo(provides);
  }

  @ParameterizedTest
  @MethodSource("modules")
  void directoryIsNamedAfterTheModule(Reactor.Module module) {
    var directory = Reactor.ROOT.relativize(module.directory()).toString();

    var expected =
        switch (directory) {
          case "zeal-api" -> "io.zeal";
          case "examples/zeal-backend-map" -> "io.zeal.examples.map";
          default -> "io." + directory.replace("-", ".");
        };

    assertThat(module.name()).as("module in %s", directory).isEqualTo(expected);
  }

  static List<Reactor.Module> modules() {
    return Reactor.modules();
  }

  private static Map<String, List<String>> services(Path classes) {
    var directory = classes.resolve("META-INF/services");
    if (!Files.isDirectory(directory)) {
      return Map.of();
    }
    try (var files = Files.list(directory)) {
      return files.collect(
          toMap(file -> file.getFileName().toString(), DescriptorTest::providersIn));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static List<String> providersIn(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
