package io.zeal.verification.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class RedisBinaryTest {

  @TempDir private Path directory;
  private final Map<String, String> properties = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();

  @Test
  void prefersTheOneNamedByTheProperty() throws IOException {
    program("redis-server");
    properties.put("test.redis-server", program("a").toString());
    environment.put("ZEAL_REDIS_SERVER", program("b").toString());

    assertThat(find("nothing")).isEqualTo(directory.resolve("a"));
  }

  @Test
  void prefersTheOneNamedByTheVariableToThePath() throws IOException {
    program("redis-server");
    environment.put("ZEAL_REDIS_SERVER", program("b").toString());

    assertThat(find("nothing")).isEqualTo(directory.resolve("b"));
  }

  @Test
  void prefersRedisToValkeyOnThePath() throws IOException {
    program("valkey-server");
    assertThat(find("nothing")).isEqualTo(directory.resolve("valkey-server"));

    program("redis-server");
    assertThat(find("nothing")).isEqualTo(directory.resolve("redis-server"));
  }

  @Test
  void neverPassesByTheOneThatWasNamed() throws IOException {
    program("redis-server");
    environment.put("ZEAL_REDIS_SERVER", directory.resolve("typo").toString());

    assertThatThrownBy(() -> find("nothing"))
        .isInstanceOf(MissingServerException.class)
        .hasMessageContaining("ZEAL_REDIS_SERVER is " + directory.resolve("typo"));
  }

  @Test
  void saysWhatWasLookedForAndHowToGetIt() {
    assertThatThrownBy(() -> find("plan9-mips"))
        .isInstanceOf(MissingServerException.class)
        .hasMessageContainingAll(
            "-Dtest.redis-server",
            "ZEAL_REDIS_SERVER",
            "redis-server and valkey-server on the PATH",
            "plan9-mips",
            "apt-get install",
            "brew install");
  }

  @Test
  void unpacksTheBundledServerWhereThereIsNoOther() throws Exception {
    var binary = find("linux-amd64");

    assertThat(binary).isExecutable();
    var isThisPlatform =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");
    if (isThisPlatform) {
      var process = new ProcessBuilder(binary.toString(), "--version").start();
      assertThat(process.inputReader().readLine()).contains("v=7.0.15");
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void missingServerSkipsTheTestOrFailsItWhereEveryTestHasToRun() {
    RequireAll.during(
        false,
        () ->
            assertThatThrownBy(() -> ServerTests.startOrSkip(() -> find("plan9-mips")))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("No Redis or Valkey server."));
    RequireAll.during(
        true,
        () ->
            assertThatThrownBy(() -> ServerTests.startOrSkip(() -> find("plan9-mips")))
                .isInstanceOf(AssertionFailedError.class)
                .hasMessageContaining("No Redis or Valkey server."));
  }

  private Path find(String platform) {
    environment.put("PATH", directory.toString());
    return new RedisBinary(new ProgramSearch(properties::get, environment::get), platform).find();
  }

  private Path program(String name) throws IOException {
    var file = Files.createFile(directory.resolve(name));
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
