package io.zeal.memcached;

import com.spotify.folsom.client.Request;
import com.spotify.folsom.client.ascii.AsciiRequest;
import com.spotify.folsom.client.ascii.AsciiResponse;
import com.spotify.folsom.client.ascii.NumericAsciiResponse;
import com.spotify.folsom.guava.HostAndPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An increment in the text protocol. folsom's own takes the only complaint of the server, that the
 * item is no number, for a missing login, and a server without memory for a broken connection.
 */
final class TextIncrement extends AsciiRequest<Client.Sum> {

  private static final byte[] COMMAND = "incr ".getBytes(StandardCharsets.US_ASCII);

  private final long by;

  /**
   * @param by not negative
   */
  TextIncrement(String key, long by) {
    this(key.getBytes(StandardCharsets.US_ASCII), by);
  }

  private TextIncrement(byte[] key, long by) {
    super(key);
    this.by = by;
  }

  @Override
  public ByteBuf writeRequest(ByteBufAllocator allocator, ByteBuffer buffer) {
    buffer.put(COMMAND);
    buffer.put(key);
    buffer.put(SPACE_BYTES);
    buffer.put(Long.toString(by).getBytes(StandardCharsets.US_ASCII));
    buffer.put(NEWLINE_BYTES);
    return toBuffer(allocator, buffer);
  }

  @Override
  protected void handle(AsciiResponse response, HostAndPort server) throws IOException {
    switch (response.type) {
      case NUMERIC_VALUE ->
          succeed(new Client.Sum.Value(((NumericAsciiResponse) response).numericValue));
      case NOT_FOUND -> succeed(new Client.Sum.Nothing());
      case CLIENT_ERROR -> succeed(new Client.Sum.NotDigits());
      case OUT_OF_MEMORY -> succeed(new Client.Sum.NoMemory());
      default -> throw new IOException("Answer to an increment: " + response.type);
    }
  }

  @Override
  public Request<Client.Sum> duplicate() {
    return new TextIncrement(key, by);
  }
}
