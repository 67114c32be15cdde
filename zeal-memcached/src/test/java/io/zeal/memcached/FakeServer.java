package io.zeal.memcached;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** Speaks as a test says; each connection has a thread of its own, which ends with it. */
final class FakeServer implements AutoCloseable {

  private final ServerSocket server;
  private final UnaryOperator<String> answers;
  private final boolean ends;

  private FakeServer(UnaryOperator<String> answers, boolean ends) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.answers = answers;
    this.ends = ends;
    Thread.ofVirtual().start(this::accept);
  }

  /** Answers lines with lines, and what is no line with what the empty one gets. */
  static FakeServer saying(UnaryOperator<String> answers) throws IOException {
    return new FakeServer(answers, false);
  }

  /** Ends every connection at once. */
  static FakeServer ending() throws IOException {
    return new FakeServer(UnaryOperator.identity(), true);
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        Socket connection = server.accept();
        if (ends) {
          connection.close();
        } else {
          Thread.ofVirtual().start(() -> serve(connection));
        }
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      int first = connection.getInputStream().read();
      if (first == 0x80) { // a request of the binary protocol has no lines
        say(connection, "");
        return;
      }
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
      String line = lines.readLine();
      for (String begin = String.valueOf((char) first); line != null; begin = "") {
        say(connection, begin + line);
        line = lines.readLine();
      }
    } catch (IOException e) {
      // the other side has ended it
    }
  }

  private void say(Socket connection, String line) throws IOException {
    byte[] answer = (answers.apply(line) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    connection.getOutputStream().write(answer);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
