package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Schema;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableShutdownTest {

  @Test
  void storeMayBeOpenedWhileTheProcessEnds(@TempDir Path directory) throws Exception {
    Path result = directory.resolve("result");
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(),
                ShutdownUser.class.getName(),
                directory.resolve("tables").toString(),
                result.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(TableFixture.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }

    assertThat(result).as(Files.readString(output)).exists();
    assertThat(Files.readString(result)).contains("Applied");
    assertThat(directory.resolve("tables/store-players")).exists();
  }

  /** Where these tests are, the table, and what it needs; annotations need not be there. */
  private static String classPath() throws Exception {
    URI test = Objects.requireNonNull(ShutdownUser.class.getResource("ShutdownUser.class")).toURI();
    Path tests = Path.of(test).resolve("../../../..").normalize();
    return Stream.of(tests, home(TableBackend.class), home(Schema.class))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path home(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
