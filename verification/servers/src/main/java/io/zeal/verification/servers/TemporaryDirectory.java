package io.zeal.verification.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A directory that is gone when the JVM is, or sooner. */
final class TemporaryDirectory {

  private static final int ATTEMPTS = 50;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

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

  /**
   * The server that worked there has ended. A process that it had begun, to write its files anew,
   * may end a moment later, and makes and removes files until then.
   */
  static void delete(Path directory) {
    for (int left = ATTEMPTS; Files.exists(directory); left--) {
      try (var files = Files.walk(directory)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      } catch (UncheckedIOException | IOException failure) {
        if (left == 0) {
          throw new IllegalStateException("Cannot delete " + directory, failure);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private TemporaryDirectory() {}
}
