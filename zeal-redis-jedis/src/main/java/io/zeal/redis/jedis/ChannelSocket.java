package io.zeal.redis.jedis;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * What Jedis takes for its socket: a channel, TCP or unix, and TLS over it where asked for. A
 * channel rather than a socket because interrupting a thread closes it whatever kind of thread it
 * is, because it reaches unix sockets, and because closing it never waits, not even for a thread
 * that is stuck in a TLS write.
 */
final class ChannelSocket extends Socket implements Wire {

  /** After this long without use the other side may have ended the connection meanwhile. */
  private static final long IDLE = Duration.ofSeconds(1).toNanos();

  private final SocketChannel channel;
  private final @Nullable SSLSocket tls;
  private final InputStream input;
  private final OutputStream output;

  // Both belong to the thread that writes.
  private long position;
  private long lastUse = System.nanoTime();

  private ChannelSocket(
      SocketChannel channel, @Nullable SSLSocket tls, InputStream input, OutputStream output) {
    this.channel = channel;
    this.tls = tls;
    this.input = input;
    this.output = new Counting(output);
  }

  static ChannelSocket plain(SocketChannel channel) {
    return new ChannelSocket(
        channel, null, Channels.newInputStream(channel), Channels.newOutputStream(channel));
  }

  static ChannelSocket encrypted(SocketChannel channel, SSLSocket tls) throws IOException {
    return new ChannelSocket(channel, tls, tls.getInputStream(), tls.getOutputStream());
  }

  /** Counts before it writes: of a write that fails, any part may have left. */
  private final class Counting extends FilterOutputStream {

    Counting(OutputStream output) {
      super(output);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      position += length;
      lastUse = System.nanoTime();
      out.write(bytes, offset, length);
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public boolean mayHaveLeft(long at) {
    return at < position;
  }

  /** A read that does not wait; between exchanges there is nothing to read but the end. */
  @Override
  public boolean isEnded() {
    if (System.nanoTime() - lastUse < IDLE) {
      return false;
    }
    try {
      return tls == null ? isPlainEnded() : isEncryptedEnded(tls);
    } catch (IOException e) {
      return true;
    }
  }

  private boolean isPlainEnded() throws IOException {
    channel.configureBlocking(false);
    try {
      return channel.read(ByteBuffer.allocate(1)) != 0;
    } finally {
      channel.configureBlocking(true);
    }
  }

  /** TLS has messages of its own that may wait here, so only TLS can look. */
  private boolean isEncryptedEnded(SSLSocket socket) throws IOException {
    socket.setSoTimeout(1);
    try {
      int ignored = input.read(); // the end, or what nobody asked for
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(0);
    }
  }

  @Override
  public void cut() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void end(boolean whole) {
    cut();
  }

  @Override
  public InputStream getInputStream() {
    return input;
  }

  @Override
  public OutputStream getOutputStream() {
    return output;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public boolean isConnected() {
    return channel.isConnected();
  }

  @Override
  public boolean isBound() {
    return true;
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public boolean isInputShutdown() {
    return false;
  }

  @Override
  public boolean isOutputShutdown() {
    return false;
  }

  @Override
  public int getSoTimeout() {
    return 0;
  }

  @Override
  public String toString() {
    return "ChannelSocket[" + channel + "]";
  }
}
