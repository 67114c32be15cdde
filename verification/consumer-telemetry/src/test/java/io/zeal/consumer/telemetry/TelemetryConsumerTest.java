package io.zeal.consumer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Telemetry with and without an SDK, as a user's start script would start it, without flags. */
class TelemetryConsumerTest {

  private static final String MAIN = "io.zeal.consumer.telemetry.Main";

  @TempDir Path directory;

  @Test
  void worksOnTheModulePath() throws Exception {
    assertThat(run("-p", path(), "-m", "io.zeal.consumer.telemetry/" + MAIN))
        .isEqualTo(expected("io.zeal"));
  }

  @Test
  void worksOnTheClassPath() throws Exception {
    assertThat(run("-cp", path(), MAIN)).isEqualTo(expected("null"));
  }

  private static List<String> expected(String module) {
    return List.of(
        "Zeal is in module " + module,
        "finding: ZEAL-F511",
        "metric: db.client.operation.duration",
        "metric: zeal.store.rows",
        "json: true",
        "zeal_stores{db_system_name=\"zeal.table\",zeal_role=\"primary\"} 1",
        "span: open_store players",
        "span: put players");
  }

  private static String path() throws IOException {
    return "target/classes"
        + File.pathSeparator
        + Files.readString(Path.of("target", "runtime-path.txt"));
  }

  private List<String> run(String... arguments) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    File stdout = directory.resolve("stdout").toFile();
    File stderr = directory.resolve("stderr").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(Stream.of(java), Stream.of(arguments)).toList())
            .redirectOutput(stdout)
            .redirectError(stderr);
    builder.environment().remove("JAVA_TOOL_OPTIONS"); // it makes every JVM write to stderr
    builder.environment().keySet().removeIf(name -> name.startsWith("ZEAL_"));
    Process process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended within a minute").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readString(stderr.toPath())).as("stderr").isEmpty();
    return Files.readAllLines(stdout.toPath());
  }
}
