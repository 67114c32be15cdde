package io.zeal.proofs.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where a round's files are. */
final class Directories {

  private static final Path MEMORY = Path.of("/dev/shm");

  private Directories() {}

  /** A new one, in memory if there is such a place. */
  static Path create() throws IOException {
    return Files.isWritable(MEMORY)
        ? Files.createTempDirectory(MEMORY, "zeal-kill")
        : Files.createTempDirectory("zeal-kill");
  }

  /** The directory and all that is in it, from the outermost inwards. */
  static List<Path> all(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.sorted().toList();
    }
  }

  static void delete(Path directory) throws IOException {
    for (Path each : all(directory).stream().sorted(Comparator.reverseOrder()).toList()) {
      Files.deleteIfExists(each);
    }
  }
}
