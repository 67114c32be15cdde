package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<Demo> started = new ArrayList<>();

  @AfterEach
  void closeWhatStarted() {
    started.forEach(Demo::close);
  }

  @Test
  void saysWhereItIsAndOnWhatBackend() {
    assertThat(run("--port", "0")).isZero();
    assertThat(text(out)).matches("Zeal demo on http://localhost:[0-9]+ \\(backend table\\)\\R");
    assertThat(text(err)).isEmpty();
  }

  @Test
  void aTakenPortIsNamedAndSoIsTheOption() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      assertThat(run("--port", port)).isEqualTo(2);
      assertThat(text(err)).contains("Port " + port, "--port").doesNotContain("\tat ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--port",
        "--port x",
        "--port -1",
        "--port 65536",
        "--bind example.org",
        "--speed",
        "x"
      })
  void anArgumentThatDoesNotFitIsNamedAndTheUsageShown(String line) {
    assertThat(run(line.split(" ", -1))).isEqualTo(2);
    assertThat(text(err)).contains("Usage:");
    assertThat(text(err).lines().findFirst().orElseThrow()).contains(line.split(" ", -1)[0]);
    assertThat(started).isEmpty();
  }

  @Test
  void saysLastThatItStopped() {
    assertThat(run("--port", "0")).isZero();

    Main.stop(started.removeFirst(), stream(out));

    assertThat(text(out).lines().toList()).hasSize(2).endsWith("Zeal demo stopped.");
  }

  @Test
  void helpShowsTheUsage() {
    assertThat(run("--help")).isZero();
    assertThat(text(out)).startsWith("Usage:");
  }

  @Test
  void aBackendThatIsNotThereIsAMessageWithoutATrace() {
    String before = System.setProperty("zeal.backend", "nowhere");
    try {
      assertThat(run("--port", "0")).isEqualTo(2);
      assertThat(text(err)).contains("nowhere", "ZEAL-101").doesNotContain("\tat ");
      assertThat(started).isEmpty();
    } finally {
      restore(before);
    }
  }

  private int run(String... args) {
    return Main.run(args, stream(out), stream(err), started::add);
  }

  private static void restore(String before) {
    if (before == null) {
      System.clearProperty("zeal.backend");
    } else {
      System.setProperty("zeal.backend", before);
    }
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
