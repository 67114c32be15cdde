package io.zeal.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the build left in the target directories, found by walking the reactor: no list to forget.
 */
final class Reactor {

  static final Path ROOT =
      Path.of(System.getProperty("zeal.root", "../..")).toAbsolutePath().normalize();

  /** A Java module that was compiled from {@code directory}. */
  record Module(Path directory, ModuleDescriptor descriptor) {

    String name() {
      return descriptor.name();
    }

    Path classes() {
      return directory.resolve("target/classes");
    }

    @Override
    public String toString() {
      return name();
    }
  }

  /** Every module that users or examples consist of, by name. Those under verification are not. */
  static List<Module> modules() {
    return projects().stream()
        .filter(directory -> !isVerification(directory))
        .flatMap(directory -> moduleIn(directory).stream())
        .sorted(Comparator.comparing(Module::name))
        .toList();
  }

  /** The modules that are published: neither examples nor what the launcher starts. */
  static List<Module> publishedModules() {
    return modules().stream()
        .filter(module -> module.directory().getParent().equals(ROOT))
        .filter(module -> !module.directory().endsWith("zeal-demo"))
        .filter(module -> !module.directory().endsWith("zeal-doctor"))
        .toList();
  }

  /** Main classes of every project, verification included. */
  static List<Path> mainClasses() {
    return outputs("target/classes");
  }

  /** Main and test classes of every project. */
  static JavaClasses allClasses() {
    var importer = new ClassFileImporter();
    return importer.importPaths(
        Stream.concat(outputs("target/classes").stream(), outputs("target/test-classes").stream())
            .toList());
  }

  /** Main classes of the modules. */
  static JavaClasses moduleClasses(List<Module> modules) {
    return new ClassFileImporter().importPaths(modules.stream().map(Module::classes).toList());
  }

  private static List<Path> outputs(String output) {
    return projects().stream()
        .map(directory -> directory.resolve(output))
        .filter(Files::isDirectory)
        .toList();
  }

  private static Optional<Module> moduleIn(Path directory) {
    var classes = directory.resolve("target/classes");
    if (!Files.exists(classes.resolve("module-info.class"))) {
      return Optional.empty();
    }
    var reference = ModuleFinder.of(classes).findAll().iterator().next();
    return Optional.of(new Module(directory, reference.descriptor()));
  }

  private static boolean isVerification(Path directory) {
    return directory.getParent().equals(ROOT.resolve("verification"));
  }

  private static List<Path> projects() {
    try (var paths = Files.walk(ROOT, 3)) {
      return paths
          .filter(path -> path.endsWith("pom.xml"))
          .map(Path::getParent)
          .filter(directory -> !directory.equals(ROOT))
          .filter(directory -> !ROOT.relativize(directory).toString().contains("target"))
          .sorted()
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Reactor() {}
}
