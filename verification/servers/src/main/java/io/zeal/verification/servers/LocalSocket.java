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
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A socket to a port of this machine that reads whole lines and counted bytes, with a limit. */
final class LocalSocket implements AutoCloseable {

  /** For a connection and for each reply, unless a test says otherwise. */
  static final Duration LIMIT = Duration.ofSeconds(5);

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final Socket socket;
  private final InputStream input;

  private LocalSocket(Socket socket) throws IOException {
    this.socket = socket;
    this.input = new BufferedInputStream(socket.getInputStream());
  }

  /** Connects, and waits for a connection and for each reply no longer than {@code limit}. */
  static LocalSocket open(int port, Duration limit) {
    try {
      return new LocalSocket(connect(port, limit));
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot connect to port " + port, failure);
    }
  }

  /** Connects by TLS and checks that the certificate was made for {@code host}. */
  static LocalSocket openTls(String host, int port, SSLContext context) {
    try {
      var plain = connect(port, LIMIT);
      var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
      var parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return new LocalSocket(socket);
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

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** The next line without its end. */
  String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = input.read(); next != '\n'; next = input.read()) {
      if (next < 0) {
        throw new EOFException("The server ended the connection.");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  /** The next bytes, as many as asked for. */
  byte[] bytes(int length) throws IOException {
    var content = input.readNBytes(length);
    if (content.length < length) {
      throw new EOFException("The connection ended within a reply.");
    }
    return content;
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
