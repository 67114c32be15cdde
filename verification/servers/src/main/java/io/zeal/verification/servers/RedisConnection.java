package io.zeal.verification.servers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One connection that speaks just enough of the protocol (RESP2) to prepare a test and to look at
 * what it did. For one thread.
 *
 * <p>A reply is a {@code String} (UTF-8), a {@code Long}, a {@code List} of replies, or null where
 * there is nothing. Inside a list an error is a {@link RedisErrorException}; outside it is thrown.
 * Trouble with the connection, a reply that does not come within the limit included, is an {@link
 * UncheckedIOException}.
 */
public final class RedisConnection implements AutoCloseable {

  private final LocalSocket socket;

  private RedisConnection(LocalSocket socket) {
    this.socket = socket;
  }

  /** Connects to a port of this machine. */
  public static RedisConnection open(int port) {
    return open(port, LocalSocket.LIMIT);
  }

  /** Connects, and waits for a connection and for each reply no longer than {@code limit}. */
  public static RedisConnection open(int port, Duration limit) {
    return new RedisConnection(LocalSocket.open(port, limit));
  }

  /** Connects by TLS and checks that the certificate was made for {@code host}. */
  public static RedisConnection openTls(String host, int port, SSLContext context) {
    return new RedisConnection(LocalSocket.openTls(host, port, context));
  }

  /** Sends one command and waits for its reply. */
  public @Nullable Object command(String... words) {
    send(words);
    return receive();
  }

  /** Sends one command without waiting; {@link #receive} gives its reply. */
  public void send(String... words) {
    try {
      socket.write(encode(words));
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot send " + words[0], failure);
    }
  }

  /** Waits for the next reply. */
  public @Nullable Object receive() {
    try {
      var reply = read();
      if (reply instanceof RedisErrorException error) {
        throw error;
      }
      return reply;
    } catch (IOException failure) {
      throw new UncheckedIOException("No reply", failure);
    }
  }

  private static byte[] encode(String... words) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ascii("*" + words.length + "\r\n"));
    for (var word : words) {
      var content = word.getBytes(StandardCharsets.UTF_8);
      bytes.writeBytes(ascii("$" + content.length + "\r\n"));
      bytes.writeBytes(content);
      bytes.writeBytes(ascii("\r\n"));
    }
    return bytes.toByteArray();
  }

  private @Nullable Object read() throws IOException {
    var line = socket.line();
    var rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case '-' -> new RedisErrorException(rest);
      case ':' -> Long.valueOf(rest);
      case '$' -> bulk(Integer.parseInt(rest));
      case '*' -> list(Integer.parseInt(rest));
      default -> throw new IOException("Not a reply of RESP2: " + line);
    };
  }

  private @Nullable String bulk(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    var content = socket.bytes(length);
    if (!socket.line().isEmpty()) {
      throw new IOException("Not a reply of RESP2: longer than it says");
    }
    return new String(content, StandardCharsets.UTF_8);
  }

  private @Nullable List<@Nullable Object> list(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    var list = new ArrayList<@Nullable Object>(length);
    for (int i = 0; i < length; i++) {
      list.add(read());
    }
    return list;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    socket.close();
  }
}
