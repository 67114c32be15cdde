package io.zeal.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the application in a process of its own, as a user's start script would. */
final class Jvm {

  /** What became of it. */
  record Run(int exitCode, List<String> stdout, List<String> stderr) {}

  private Jvm() {}

  /** Runs {@code java} with these arguments to its end. */
  static Run run(Path directory, Stream<String> arguments)
      throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var stdout = directory.resolve("stdout").toFile();
    var stderr = directory.resolve("stderr").toFile();
    var builder =
        new ProcessBuilder(Stream.concat(Stream.of(java), arguments).toList())
            .redirectOutput(stdout)
            .redirectError(stderr);
    // It makes every JVM write a line to stderr.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    // What is set for the tests names no setting of the application, which Zeal would say.
    builder.environment().keySet().removeIf(name -> name.startsWith("ZEAL_"));
    var process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS))
          .as(() -> "ended within a minute; it wrote " + read(stdout.toPath()))
          .isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Run(
        process.exitValue(),
        Files.readAllLines(stdout.toPath()),
        Files.readAllLines(stderr.toPath()));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
