package io.zeal.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Starts the application as a user's start script would, on the module path and on the class path.
 * The test's own JVM proves neither: surefire patches modules and adds flags.
 */
class ConsumerTest {

  private static final Path TARGET = Path.of("target");
  private static final String MAIN = "io.zeal.consumer.Main";

  @TempDir Path directory;

  @Test
  void startsOnTheModulePathWithoutFlagsAndSaysNothingOnStderr() throws Exception {
    var run = java("-p", path(), "-m", "io.zeal.consumer/" + MAIN);

    assertThat(run.stderr()).as("stderr").isEmpty();
    assertThat(run.exitCode()).as("exit code").isZero();
    assertThat(run.stdout())
        .containsExactly(
            "Alice has 101",
            "application is in module io.zeal.consumer",
            "Zeal is in module io.zeal",
            "backend: table",
            "Opened[name=alice, score=42]",
            "Closed[name=bob, live=true]",
            "Record io.zeal.consumer.closed.Closed cannot be reached by io.zeal."
                + " Add 'opens io.zeal.consumer.closed to io.zeal;' to module"
                + " io.zeal.consumer, or pass Schema.of(Closed.class,"
                + " MethodHandles.lookup()). ZEAL-202",
            "counter: 1",
            "first steps: 3 rows, 17 points, true, "
                + "Hit[value=Profile[name=user_1, level=6], stale=false], said hello, billed book");
  }

  @Test
  void startsOnTheClassPathWithoutFlagsAndSaysNothingOnStderr() throws Exception {
    var run = java("-cp", path(), MAIN);

    assertThat(run.stderr()).as("stderr").isEmpty();
    assertThat(run.exitCode()).as("exit code").isZero();
    assertThat(run.stdout())
        .containsExactly(
            "Alice has 101",
            "application is in module null",
            "Zeal is in module null",
            "backend: table",
            "Opened[name=alice, score=42]",
            "Closed[name=bob, live=true]",
            "bound",
            "counter: 1",
            "first steps: 3 rows, 17 points, true, "
                + "Hit[value=Profile[name=user_1, level=6], stale=false], said hello, billed book");
  }

  /** What both starts above show too: zeal-testkit on the path alone does and says nothing. */
  @Test
  void faultsAreThereForWhoHandsThemInOnBothPaths() throws Exception {
    String main = "io.zeal.consumer.ChaosMain";
    for (var run :
        List.of(java("-p", path(), "-m", "io.zeal.consumer/" + main), java("-cp", path(), main))) {
      assertThat(run.exitCode()).as("exit code").isZero();
      assertThat(run.stdout()).containsExactly("counter: 1", "ZEAL-401 NOT_SENT", "counter: 1");
      assertThat(String.join(" ", run.stderr()))
          .contains("may inject faults into backend \"table\" (PRIMARY), seed 42");
    }
  }

  private static String path() throws IOException {
    return "target/classes"
        + File.pathSeparator
        + Files.readString(TARGET.resolve("runtime-path.txt"));
  }

  private Jvm.Run java(String... arguments) throws IOException, InterruptedException {
    var files = "-Dzeal.cache.directory=" + directory.resolve("cache");
    return Jvm.run(directory, Stream.concat(Stream.of(files), Stream.of(arguments)));
  }
}
