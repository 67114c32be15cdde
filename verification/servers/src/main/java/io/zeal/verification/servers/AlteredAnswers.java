package io.zeal.verification.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Stands in front of a server and changes what it answers: what no server here can be set up to
 * say, such as another time or an older version. It sees an answer as it comes, so what is changed
 * has to come in one piece, as short answers do, and to stay as long as it is where its length is
 * told.
 */
public final class AlteredAnswers implements AutoCloseable {

  private static final int BACKLOG = 50;
  private static final int BUFFER = 65_536;

  /** What Redis says to {@code TIME}, and Memcached among its statistics. */
  private static final Pattern SECONDS =
      Pattern.compile(
          "(?<=\\*2\\r\\n\\$10\\r\\n)\\d{10}(?=\\r\\n\\$\\d\\r\\n\\d{1,6}\\r\\n)"
              + "|(?<=STAT time )\\d{10}(?=\\r\\n)");

  private final ServerSocket listener;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final int target;
  private volatile UnaryOperator<String> change;

  private AlteredAnswers(int target, UnaryOperator<String> change) throws IOException {
    this.target = target;
    this.change = change;
    this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** Starts it in front of a port of this machine; nothing is changed yet. */
  public static AlteredAnswers start(int port) {
    try {
      return new AlteredAnswers(port, UnaryOperator.identity());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes the answers that come from now on; each character is a byte. */
  public void alter(UnaryOperator<String> change) {
    this.change = change;
  }

  /** Moves the time that the server tells. */
  public void moveTime(long seconds) {
    alter(text ->
        SECONDS
            .matcher(text)
            .replaceAll(time -> String.valueOf(Long.parseLong(time.group()) + seconds)));
  }

  /** Host and port of its own. */
  public String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  private void accept() {
    try {
      while (!listener.isClosed()) {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.addAll(List.of(client, server));
        Thread.ofVirtual().start(() -> pass(client, server, false));
        Thread.ofVirtual().start(() -> pass(server, client, true));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private void pass(Socket from, Socket to, boolean answers) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[BUFFER];
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
        String passed = answers ? change.apply(text) : text;
        out.write(passed.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
      }
    } catch (IOException e) {
      // One side has ended.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket one : sockets) {
        one.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
