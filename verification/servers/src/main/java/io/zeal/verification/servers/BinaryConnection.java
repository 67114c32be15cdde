package io.zeal.verification.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One connection that speaks just enough of memcached's binary protocol to log in. For one thread.
 */
final class BinaryConnection implements AutoCloseable {

  /** Status and value of a reply. */
  record Reply(int status, String value) {

    boolean isFine() {
      return status == 0;
    }
  }

  private static final int HEADER = 24;
  private static final byte REQUEST = (byte) 0x80;
  private static final byte GET = 0x00;
  private static final byte SASL_MECHANISMS = 0x20;
  private static final byte SASL_LOGIN = 0x21;

  private final LocalSocket socket;

  private BinaryConnection(LocalSocket socket) {
    this.socket = socket;
  }

  static BinaryConnection open(int port, Duration limit) {
    return new BinaryConnection(LocalSocket.open(port, limit));
  }

  /** The ways to log in, for example {@code PLAIN}. */
  Reply mechanisms() {
    return send(SASL_MECHANISMS, "", "");
  }

  Reply login(String name, String password) {
    return send(SASL_LOGIN, "PLAIN", "\0" + name + "\0" + password);
  }

  Reply get(String key) {
    return send(GET, key, "");
  }

  private Reply send(byte command, String key, String value) {
    var keyBytes = key.getBytes(StandardCharsets.UTF_8);
    var valueBytes = value.getBytes(StandardCharsets.UTF_8);
    int body = keyBytes.length + valueBytes.length;
    var request =
        ByteBuffer.allocate(HEADER + body)
            .put(REQUEST)
            .put(command)
            .putShort((short) keyBytes.length)
            .putInt(0) // No extras, no data type, any partition.
            .putInt(body)
            .putInt(0) // Opaque.
            .putLong(0) // Any cas number.
            .put(keyBytes)
            .put(valueBytes);
    try {
      socket.write(request.array());
      var head = ByteBuffer.wrap(socket.bytes(HEADER));
      int extras = head.get(4);
      int status = head.getShort(6);
      var rest = socket.bytes(head.getInt(8));
      return new Reply(
          status, new String(rest, extras, rest.length - extras, StandardCharsets.UTF_8));
    } catch (IOException failure) {
      throw new UncheckedIOException("No reply", failure);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
