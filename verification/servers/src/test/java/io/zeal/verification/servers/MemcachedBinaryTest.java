package io.zeal.verification.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class MemcachedBinaryTest {

  @TempDir private Path directory;
  private final Map<String, String> properties = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();

  @Test
  void prefersTheOneNamedByTheProperty() throws IOException {
    program("memcached");
    properties.put("test.memcached", program("a").toString());
    environment.put("ZEAL_MEMCACHED", program("b").toString());

    assertThat(binary().find()).isEqualTo(directory.resolve("a"));
  }

  @Test
  void prefersTheOneNamedByTheVariableToThePath() throws IOException {
    program("memcached");
    environment.put("ZEAL_MEMCACHED", program("b").toString());

    assertThat(binary().find()).isEqualTo(directory.resolve("b"));
  }

  @Test
  void takesTheOneOnThePath() throws IOException {
    program("memcached");

    assertThat(binary().find()).isEqualTo(directory.resolve("memcached"));
  }

  @Test
  void neverPassesByTheOneThatWasNamed() throws IOException {
    program("memcached");
    environment.put("ZEAL_MEMCACHED", directory.resolve("typo").toString());

    assertThatThrownBy(() -> binary().find())
        .isInstanceOf(MissingServerException.class)
        .hasMessageContaining("ZEAL_MEMCACHED is " + directory.resolve("typo"));
  }

  @Test
  void saysWhatWasLookedForAndHowToGetIt() {
    assertThatThrownBy(() -> binary().find())
        .isInstanceOf(MissingServerException.class)
        .hasMessageContainingAll(
            "-Dtest.memcached",
            "ZEAL_MEMCACHED",
            "memcached on the PATH",
            "apt-get install",
            "brew install");
  }

  @Test
  void knowsFromItsOptionsWhatItWasBuiltWith() throws IOException {
    lists("-S, --enable-sasl         turn on Sasl authentication", "-Y, --auth-file=<file>");

    assertThat(binary().features())
        .containsExactlyInAnyOrder(MemcachedFeature.SASL, MemcachedFeature.PASSWORD);
  }

  @Test
  void saysWhatItWasBuiltWithout() throws IOException {
    lists("-S, --enable-sasl         turn on Sasl authentication", "    -Z stands elsewhere");
    var wanted = Set.of(MemcachedFeature.SASL, MemcachedFeature.TLS);

    assertThatThrownBy(() -> binary().find(wanted))
        .isInstanceOf(MissingFeatureException.class)
        .hasMessage(
            "%s was built without [TLS]: its -h lists no -Z. Name another with ZEAL_MEMCACHED."
                .formatted(directory.resolve("memcached")));
    assertThat(binary().find(Set.of())).isEqualTo(directory.resolve("memcached"));
  }

  @Test
  void missingServerSkipsTheTestOrFailsItWhereEveryTestHasToRun() {
    RequireAll.during(
        false,
        () ->
            assertThatThrownBy(() -> ServerTests.startOrSkip(binary()::find))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("No memcached."));
    RequireAll.during(
        true,
        () ->
            assertThatThrownBy(() -> ServerTests.startOrSkip(binary()::find))
                .isInstanceOf(AssertionFailedError.class)
                .hasMessageContaining("No memcached."));
  }

  @Test
  void missingFeatureSkipsTheTestAlsoWhereEveryTestHasToRun() throws IOException {
    lists("-m, --memory-limit=<num>");
    var wanted = Set.of(MemcachedFeature.TLS);

    RequireAll.during(
        true,
        () ->
            assertThatThrownBy(() -> ServerTests.startOrSkip(() -> binary().find(wanted)))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("was built without [TLS]"));
  }

  private MemcachedBinary binary() {
    environment.put("PATH", directory.toString());
    return new MemcachedBinary(new ProgramSearch(properties::get, environment::get));
  }

  private Path program(String name) throws IOException {
    var file = Files.createFile(directory.resolve(name));
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private void lists(String... options) throws IOException {
    Files.writeString(
        program("memcached"),
        """
        #!/bin/sh
        cat <<'END'
        memcached 1.6
        %s
        END
        """
            .formatted(String.join("\n", options)));
  }
}
