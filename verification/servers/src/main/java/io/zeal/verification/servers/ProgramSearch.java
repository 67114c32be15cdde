package io.zeal.verification.servers;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks for a program where somebody may have named one, and on the PATH. */
record ProgramSearch(Lookup properties, Lookup environment) {

  /** A value by its name, if it is set. */
  interface Lookup {
    @Nullable String find(String name);
  }

  static ProgramSearch ofThisMachine() {
    return new ProgramSearch(System::getProperty, System::getenv);
  }

  /**
   * The program that a property names, or else a variable of the environment.
   *
   * @param kind what it may be, for a name that is none
   * @throws MissingServerException if what is named cannot be run; no other will do
   */
  Optional<Path> named(String property, String variable, String kind) {
    return check("-D" + property, properties.find(property), kind)
        .or(() -> check(variable, environment.find(variable), kind));
  }

  private static Optional<Path> check(String source, @Nullable String path, String kind) {
    if (path == null || path.isEmpty()) {
      return Optional.empty();
    }
    var file = Path.of(path);
    if (!isProgram(file)) {
      throw new MissingServerException(
          "%s is %s, which is no program that can be run. Name a %s."
              .formatted(source, path, kind));
    }
    return Optional.of(file.toAbsolutePath());
  }

  /** The first of that name on the PATH. */
  Optional<Path> onPath(String name) {
    var path = Optional.ofNullable(environment.find("PATH")).orElse("");
    return Arrays.stream(path.split(File.pathSeparator))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, name))
        .filter(ProgramSearch::isProgram)
        .findFirst();
  }

  private static boolean isProgram(Path file) {
    return Files.isExecutable(file) && !Files.isDirectory(file);
  }
}
