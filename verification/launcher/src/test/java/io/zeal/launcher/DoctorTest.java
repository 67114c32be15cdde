package io.zeal.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zeal.launcher.Sandbox.Run;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./zeal doctor} with the doctor itself, as this build made it. */
class DoctorTest {

  private static final Path APP =
      Path.of(System.getProperty("zeal.root", "../..")).resolve("zeal-doctor/target/app");
  private static final String MISSING =
      "no doctor in " + APP + ": the phase package makes it, like mvnw verify";

  @TempDir Path directory;
  private Sandbox sandbox;

  @BeforeEach
  void prepare() throws IOException {
    boolean there = Files.isDirectory(APP);
    if (!there && Boolean.getBoolean("test.requireAll")) {
      Assertions.fail(MISSING);
    }
    assumeTrue(there, MISSING);
    sandbox = new Sandbox(directory);
    sandbox.maven(
        "mkdir -p zeal-doctor/target; ln -s '%s' zeal-doctor/target/app"
            .formatted(APP.toRealPath()));
    sandbox.set("ZEAL_JAVA_HOME", System.getProperty("java.home"));
  }

  @AfterEach
  void unlink() throws IOException {
    Files.deleteIfExists(directory.resolve("root/zeal-doctor/target/app")); // the link alone
  }

  @Test
  void aTableOfOneProcessHasNothingToTell() throws Exception {
    Run run = sandbox.zeal("doctor", "-Dzeal.backend=table", "--fail-on=INFO");

    assertThat(run.stdout()).containsExactly("Backend table: 0 errors, 0 warnings, 0 notes.");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void whatIsToldToAProgramIsJsonAlone() throws Exception {
    Run run = sandbox.zeal("doctor", "-Dzeal.backend=table", "--json");

    assertThat(String.join("", run.stdout()))
        .isEqualTo("{  \"backend\": \"table\",  \"findings\": []}");
    assertThat(run.stderr()).isEqualTo("Building zeal-doctor ... done.\n");
  }

  @Test
  void withoutABackendItSaysWhichThereAre() throws Exception {
    Run run = sandbox.zeal("doctor");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.stdout()).isEmpty();
    assertThat(run.stderr()).contains("Several backends found: [memcached, redis, table, tiered]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jedis", "lettuce", "redisson"})
  void aServerThatIsNotThereIsNamedAndThePasswordIsNot(String driver) throws Exception {
    int port = portOfNobody();
    sandbox.set("ZEAL_REDIS_URL", "redis://app:pw-of-the-user@127.0.0.1:" + port);

    Run run = sandbox.zeal("doctor", "-Dzeal.backend=redis", "-Dzeal.redis.driver=" + driver);

    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(2);
    assertThat(run.stdout()).isEmpty();
    assertThat(run.stderr())
        .contains("The backend cannot be looked at.", "127.0.0.1:" + port, "ZEAL-401")
        .doesNotContain("pw-of-the-user", "\tat ");
  }

  /**
   * The doctor in a namespace of its own, where a directory is a memory of 4 MB: a container's
   * {@code /dev/shm}, only smaller.
   */
  @Test
  void sharedMemoryThatIsSmallAndFull() throws Exception {
    Path memory = Files.createDirectory(directory.resolve("shm"));
    String small = "mount -t tmpfs -o size=4m tmpfs \"$1\"";
    List<String> namespace = namespace(small + " && exit 7", memory);
    assumeTrue(
        !namespace.isEmpty(), "this system lets nobody mount a small file system (unshare, mount)");

    String look =
        small
            + " && head -c 3900000 /dev/zero >\"$1/ballast\" && exec \"$2\" -Dzeal.backend=table"
            + " -Dzeal.table.directory=\"$1/tables\" -p \"$3\""
            + " -m io.zeal.doctor/io.zeal.doctor.Main";
    Path said = directory.resolve("said");
    int exit = run(namespace, look, memory, said);

    assertThat(said)
        .content()
        .contains("WARNING  ZEAL-F204", "WARNING  ZEAL-F205", "of 4194304 bytes left")
        .endsWith("Backend table: 0 errors, 2 warnings, 0 notes.\n");
    assertThat(exit).isEqualTo(1);
  }

  /** The words in front of a shell that let it mount; none if nothing does. */
  private List<String> namespace(String trial, Path memory) throws Exception {
    for (String words : List.of("unshare --mount", "unshare --mount --user --map-root-user")) {
      List<String> namespace = List.of(words.split(" ", -1));
      if (run(namespace, trial, memory, directory.resolve("trial")) == 7) {
        return namespace;
      }
    }
    return List.of();
  }

  private static int run(List<String> namespace, String script, Path memory, Path said)
      throws Exception {
    List<String> command = new ArrayList<>(namespace);
    command.addAll(
        List.of(
            "sh",
            "-c",
            script,
            "sh",
            memory.toString(),
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            APP.toRealPath().toString()));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s", command).isTrue();
      return process.exitValue();
    } catch (IOException e) {
      return -1; // there is no such command
    }
  }

  private static int portOfNobody() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
