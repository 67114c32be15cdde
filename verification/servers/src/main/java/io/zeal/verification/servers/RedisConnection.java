package io.zeal.verification.servers;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
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

  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final Socket socket;
  private final InputStream input;

  private RedisConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.input = new BufferedInputStream(socket.getInputStream());
  }

  /** Connects to a port of this machine. */
  public static RedisConnection open(int port) {
    return open(port, LIMIT);
  }

  /** Connects, and waits for a connection and for each reply no longer than {@code limit}. */
  public static RedisConnection open(int port, Duration limit) {
    try {
      return new RedisConnection(connect(port, limit));
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot connect to port " + port, failure);
    }
  }

  /** Connects by TLS and checks that the certificate was made for {@code host}. */
  public static RedisConnection openTls(String host, int port, SSLContext context) {
    try {
      var plain = connect(port, LIMIT);
      var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
      var parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return new RedisConnection(socket);
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot connect by TLS to " + host + ":" + port, failure);
    }
  }

  private static Socket connect(int port, Duration limit) throws IOException {
    var socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
      socket.connect(new InetSocketAddress(LOOPBACK, port), Math.toIntExact(limit.toMillis()));
      return socket;
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }

  /** Sends one command and waits for its reply. */
  public @Nullable Object command(String... words) {
    send(words);
    return receive();
  }

  /** Sends one command without waiting; {@link #receive} gives its reply. */
  public void send(String... words) {
    try {
      socket.getOutputStream().write(encode(words));
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
    var line = line();
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
    var content = input.readNBytes(length);
    if (content.length < length || !line().isEmpty()) {
      throw new EOFException("The connection ended within a reply.");
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

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = input.read(); next != '\n'; next = input.read()) {
      if (next < 0) {
        throw new EOFException("The server ended the connection.");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot close the connection", failure);
    }
  }
}
