package io.zeal.consumer;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is on the path of the application. */
final class RuntimePath {

  /** The application alone. */
  static final String APPLICATION = "target/classes";

  private RuntimePath() {}

  /** The application with a provider for SLF4J; its version comes first, as with Maven. */
  static String withLogging() throws IOException {
    return APPLICATION + File.pathSeparator + Files.readString(Path.of("target/logging-path.txt"));
  }

  /**
   * What Maven gave these behind {@code first}, each file once.
   *
   * @param consumers for example {@code lettuce} for what consumer-lettuce was given
   */
  static String of(String first, String... consumers) throws IOException {
    Set<String> files = new LinkedHashSet<>(List.of(first.split(File.pathSeparator)));
    for (String consumer : consumers) {
      files.addAll(given(consumer));
    }
    return String.join(File.pathSeparator, files);
  }

  /** What Maven gave one of them. */
  static List<String> given(String consumer) throws IOException {
    Path written = Path.of("..", "consumer-" + consumer, "target", "runtime-path.txt");
    return List.of(Files.readString(written).split(File.pathSeparator));
  }
}
