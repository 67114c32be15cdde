package io.zeal.verification.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is left of a JVM that leaves servers behind. */
class WatchdogTest {

  /** Another JVM, that starts a server, says so, and waits for the end. */
  static final class Careless {

    public static void main(String[] arguments) throws Exception {
      var server = RedisServer.start(RedisOptions.defaults().withUnixSocket());
      System.out.println(server.pid());
      System.out.println(server.unixSocket().getParent());
      System.out.flush();
      var _ = System.in.read();
    }
  }

  @Test
  void serverAndItsDirectoryAreGoneAfterTheJvmWasKilled() throws Exception {
    checkAfter(Process::destroyForcibly);
  }

  @Test
  void serverAndItsDirectoryAreGoneAfterTheJvmEnded() throws Exception {
    checkAfter(process -> {
      process.outputWriter().close();
      process.waitFor();
    });
  }

  private interface End {
    void of(Process process) throws Exception;
  }

  private static void checkAfter(End end) throws Exception {
    Path server = ServerTests.startOrSkip(RedisBinary::ofThisMachine);
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dtest.redis-server=" + server,
                "-cp",
                String.join(File.pathSeparator, List.of("target/classes", "target/test-classes")),
                Careless.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = process.inputReader()) {
      var handle = ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
      var directory = Path.of(output.readLine());
      assertThat(handle.isAlive()).isTrue();

      end.of(process);

      Await.until(
          "server and directory to be gone",
          Duration.ofSeconds(10),
          () -> !handle.isAlive() && !Files.exists(directory),
          () -> handle + ", " + directory);
    } finally {
      process.destroyForcibly();
    }
  }
}
