package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.Counter;
import io.zeal.Outcome;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A connection that is given up with a write on it. */
class GivenUpTest {

  /** Closed in order, the kernel would go on delivering what it has, and a late write with it. */
  @Test
  void isCutOffAndNotClosedInOrder() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Socket> silent = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> serve(server, silent));
      String address = "127.0.0.1:" + server.getLocalPort();
      try (Zeal zeal =
          Zeal.open(
              ZealConfig.builder()
                  .set("zeal.backend", "memcached")
                  .set("zeal.memcached.servers", address)
                  .set("zeal.memcached.timeout", "300ms")
                  .build())) {
        Counter counter = zeal.counter("hits");
        ZealException failure = catchThrowableOfType(ZealException.class, counter::increment);
        assertThat(failure.outcome()).contains(Outcome.UNKNOWN);
        try (Socket connection = silent.join()) {
          connection.setSoTimeout((int) Await.LIMIT.toMillis());
          assertThatThrownBy(() -> connection.getInputStream().readAllBytes())
              .isInstanceOf(SocketException.class)
              .hasMessageContaining("reset");
        }
      }
    }
  }

  /** Answers all but an increment, which it keeps. */
  private static void serve(ServerSocket server, CompletableFuture<Socket> silent) {
    try {
      Socket connection = server.accept();
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("incr")) {
          silent.complete(connection);
          return;
        }
        String answer =
            switch (line.split(" ", 2)[0]) {
              case "stats" -> "STAT item_size_max 1048576\r\nEND";
              case "add" -> lines.readLine() == null ? "" : "STORED"; // the value comes first
              default -> "END";
            };
        connection.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      silent.completeExceptionally(e);
    }
  }
}
