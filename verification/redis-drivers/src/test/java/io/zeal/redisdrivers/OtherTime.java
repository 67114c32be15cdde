package io.zeal.redisdrivers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands in front of a server, passes everything on, and moves the seconds of its answers to {@code
 * TIME}. An answer that is that short comes in one piece.
 */
final class OtherTime implements AutoCloseable {

  private static final Pattern ANSWER =
      Pattern.compile("\\*2\r\n\\$10\r\n(\\d{10})\r\n(?=\\$\\d\r\n\\d+\r\n)");

  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final int target;
  private final int seconds;

  OtherTime(int target, int seconds) throws IOException {
    this.target = target;
    this.seconds = seconds;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    try {
      while (!socket.isClosed()) {
        Socket client = socket.accept();
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
      byte[] buffer = new byte[65_536];
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
        out.write((answers ? moved(text) : text).getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
      }
    } catch (IOException e) {
      // One side has ended.
    }
  }

  private String moved(String text) {
    return ANSWER.matcher(text).replaceAll(this::moved);
  }

  private String moved(java.util.regex.MatchResult time) {
    return Matcher.quoteReplacement(
        "*2\r\n$10\r\n" + (Long.parseLong(time.group(1)) + seconds) + "\r\n");
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket one : sockets) {
      one.close();
    }
  }
}
