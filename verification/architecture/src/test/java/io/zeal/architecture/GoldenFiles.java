package io.zeal.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Texts that were agreed on, one file per name in a directory. A text that changed fails the build
 * until the file changes with it, so that a review sees the difference.
 */
final class GoldenFiles {

  private static final boolean UPDATE = Boolean.getBoolean("golden.update");
  private static final String HOW =
      "If the change is meant, run `./mvnw verify -Dgolden.update=true` and commit the file.";

  private final Path directory;

  GoldenFiles(Path directory) {
    this.directory = directory;
  }

  /** Fails unless the directory holds exactly these texts; rewrites it if asked to. */
  void check(SortedMap<String, String> texts) throws IOException {
    if (UPDATE) {
      rewrite(texts);
    }
    assertThat(names()).as("files in %s. %s", directory, HOW).isEqualTo(texts.keySet());
    for (var text : texts.entrySet()) {
      var file = directory.resolve(text.getKey());
      assertThat(text.getValue())
          .as("%s as it is now, against the file. %s", file.getFileName(), HOW)
          .isEqualTo(Files.readString(file));
    }
  }

  private void rewrite(SortedMap<String, String> texts) throws IOException {
    Files.createDirectories(directory);
    for (var name : names()) {
      Files.delete(directory.resolve(name));
    }
    for (var text : texts.entrySet()) {
      Files.writeString(directory.resolve(text.getKey()), text.getValue());
    }
  }

  private Set<String> names() throws IOException {
    if (!Files.isDirectory(directory)) {
      return Set.of();
    }
    try (var files = Files.list(directory)) {
      return new TreeSet<>(
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".txt"))
              .toList());
    }
  }
}
