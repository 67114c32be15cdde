package io.zeal.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory for one candidate, gone when it is closed. */
public record Directory(Path path) implements AutoCloseable {

  /** Where Linux keeps files in memory alone. */
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  /** One where temporary files go. */
  public static Directory create() {
    return createIn(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** One whose files no disk sees, where the system has such a place. */
  public static Directory inMemory() {
    return Files.isWritable(SHARED_MEMORY) ? createIn(SHARED_MEMORY) : create();
  }

  private static Directory createIn(Path parent) {
    try {
      return new Directory(Files.createTempDirectory(parent, "zeal-bench"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(path)) {
      List<Path> childrenFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path each : childrenFirst) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
