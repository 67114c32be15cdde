package io.zeal.verification.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;

/** A directory that is gone when the JVM is, or sooner. */
final class TemporaryDirectory {

  /** Short, because the path of a unix socket may have about a hundred characters. */
  static Path create() {
    try {
      var directory = Files.createTempDirectory("zeal-");
      Watchdog.remove(directory);
      return directory;
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot make a temporary directory", failure);
    }
  }

  /** The server that worked there has ended. */
  static void delete(Path directory) {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException gone) {
      // Deleted before: closing twice is allowed.
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot delete " + directory, failure);
    }
  }

  private TemporaryDirectory() {}
}
