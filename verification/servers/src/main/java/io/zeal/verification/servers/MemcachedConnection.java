package io.zeal.verification.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * One connection that speaks just enough of the text protocol to prepare a test and to look at what
 * it did. For one thread.
 *
 * <p>What the server refuses is a line like any other, for example {@code SERVER_ERROR object too
 * large for cache}. Trouble with the connection, a reply that does not come within the limit
 * included, is an {@link UncheckedIOException}.
 */
public final class MemcachedConnection implements AutoCloseable {

  /** The line before a value: key, flags, length and perhaps a cas number. */
  private static final Pattern VALUE = Pattern.compile("VALUE \\S+ \\d+ (\\d+)( \\d+)?");

  private static final Pattern REFUSAL = Pattern.compile("(CLIENT_|SERVER_)?ERROR");

  private final LocalSocket socket;

  private MemcachedConnection(LocalSocket socket) {
    this.socket = socket;
  }

  /** Connects to a port of this machine. */
  public static MemcachedConnection open(int port) {
    return open(port, LocalSocket.LIMIT);
  }

  /** Connects, and waits for a connection and for each reply no longer than {@code limit}. */
  public static MemcachedConnection open(int port, Duration limit) {
    return new MemcachedConnection(LocalSocket.open(port, limit));
  }

  /** Connects by TLS and checks that the certificate was made for {@code host}. */
  public static MemcachedConnection openTls(String host, int port, SSLContext context) {
    return new MemcachedConnection(LocalSocket.openTls(host, port, context));
  }

  /** Gives a name and a password; whether they are the right ones. */
  public boolean authenticate(String name, String password) {
    return "STORED".equals(set("login", name + " " + password));
  }

  /** Sends one line, for example {@code flush_all}, and waits for one. */
  public String command(String line) {
    send(line);
    return receive();
  }

  /** Sends one line, for example {@code stats items}, and waits for the lines before END. */
  public List<String> lines(String line) {
    send(line);
    var lines = new ArrayList<String>();
    for (var next = receive(); !next.equals("END"); next = receive()) {
      if (REFUSAL.matcher(next).lookingAt()) {
        throw new IllegalStateException("'%s' was answered with %s".formatted(line, next));
      }
      lines.add(next);
    }
    return lines;
  }

  /** Sets a text (UTF-8) without an end of life; the answer is {@code STORED} if all is well. */
  public String set(String key, String value) {
    int length = value.getBytes(StandardCharsets.UTF_8).length;
    return command("set %s 0 0 %d\r\n%s".formatted(key, length, value));
  }

  /** The text at a key, if there is one. */
  public Optional<String> get(String key) {
    var line = command("get " + key);
    if (line.equals("END")) {
      return Optional.empty();
    }
    var head = VALUE.matcher(line);
    if (!head.matches()) {
      throw new IllegalStateException("'get %s' was answered with %s".formatted(key, line));
    }
    var value = value(Integer.parseInt(head.group(1)));
    receive(); // END
    return Optional.of(value);
  }

  /** One figure of {@code stats}, for example {@code curr_items}. */
  public long figure(String name) {
    var begin = "STAT " + name + " ";
    return lines("stats").stream()
        .filter(line -> line.startsWith(begin))
        .map(line -> Long.valueOf(line.substring(begin.length())))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("stats has no " + name));
  }

  /** Sends one line without waiting; {@link #receive} gives the lines of its reply. */
  public void send(String line) {
    try {
      socket.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot send " + line.split(" ", 2)[0], failure);
    }
  }

  /** Waits for the next line of a reply. */
  public String receive() {
    try {
      return socket.line();
    } catch (IOException failure) {
      throw new UncheckedIOException("No reply", failure);
    }
  }

  private String value(int length) {
    try {
      var value = new String(socket.bytes(length), StandardCharsets.UTF_8);
      socket.line();
      return value;
    } catch (IOException failure) {
      throw new UncheckedIOException("No value", failure);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
