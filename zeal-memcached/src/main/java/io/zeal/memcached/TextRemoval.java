package io.zeal.memcached;

import com.spotify.folsom.client.Request;
import com.spotify.folsom.client.ascii.AsciiRequest;
import com.spotify.folsom.client.ascii.AsciiResponse;
import com.spotify.folsom.guava.HostAndPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Removes one version of an item in the text protocol, by a "meta" command of memcached 1.6.
 * folsom's own stores something that has ended already in its place, for which a full server has no
 * memory.
 */
final class TextRemoval extends AsciiRequest<Answer> {

  private static final byte[] COMMAND = "md ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VERSION = " C".getBytes(StandardCharsets.US_ASCII);

  private final long version;

  TextRemoval(String key, long version) {
    this(key.getBytes(StandardCharsets.US_ASCII), version);
  }

  private TextRemoval(byte[] key, long version) {
    super(key);
    this.version = version;
  }

  @Override
  public ByteBuf writeRequest(ByteBufAllocator allocator, ByteBuffer buffer) {
    buffer.put(COMMAND);
    buffer.put(key);
    buffer.put(VERSION);
    buffer.put(Long.toUnsignedString(version).getBytes(StandardCharsets.US_ASCII));
    buffer.put(NEWLINE_BYTES);
    return toBuffer(allocator, buffer);
  }

  @Override
  protected void handle(AsciiResponse response, HostAndPort server) throws IOException {
    switch (response.type) {
      case DELETED -> succeed(Answer.DONE);
      case EXISTS -> succeed(Answer.CONFLICT);
      case NOT_FOUND -> succeed(Answer.ABSENT);
      default -> throw new IOException("Answer to a removal: " + response.type);
    }
  }

  @Override
  public Request<Answer> duplicate() {
    return new TextRemoval(key, version);
  }
}
