package io.zeal.memcached;

import com.spotify.folsom.MemcacheStatus;
import com.spotify.folsom.client.OpCode;
import com.spotify.folsom.client.Request;
import com.spotify.folsom.client.binary.BinaryRequest;
import com.spotify.folsom.client.binary.BinaryResponse;
import com.spotify.folsom.client.binary.ResponsePacket;
import com.spotify.folsom.guava.HostAndPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An increment in the binary protocol that creates nothing; folsom's own always creates, and takes
 * an item that is no number, and a server without memory, for a broken connection.
 */
final class BinaryIncrement extends BinaryRequest<Client.Sum> {

  private static final int EXTRAS = 2 * Long.BYTES + Integer.BYTES;

  /** As time to live: do not create. */
  private static final int CREATE_NOTHING = -1;

  private final long by;

  BinaryIncrement(String key, long by) {
    this(key.getBytes(StandardCharsets.US_ASCII), by);
  }

  private BinaryIncrement(byte[] key, long by) {
    super(key);
    this.by = by;
  }

  @Override
  public ByteBuf writeRequest(ByteBufAllocator allocator, ByteBuffer buffer) {
    writeHeader(buffer, OpCode.INCREMENT, EXTRAS, 0, 0);
    buffer.putLong(by);
    buffer.putLong(0);
    buffer.putInt(CREATE_NOTHING);
    buffer.put(key);
    return toBuffer(allocator, buffer);
  }

  @Override
  protected void handle(BinaryResponse response, HostAndPort server) throws IOException {
    ResponsePacket reply = handleSingleReply(response);
    if (reply.status == MemcacheStatus.OK && reply.value.length == Long.BYTES) {
      succeed(new Client.Sum.Value(ByteBuffer.wrap(reply.value).getLong()));
    } else if (reply.status == MemcacheStatus.KEY_NOT_FOUND) {
      succeed(new Client.Sum.Nothing());
    } else if (reply.status == MemcacheStatus.INCR_DECR_ON_NON_NUMERIC_VALUE) {
      succeed(new Client.Sum.NotDigits());
    } else if (reply.status == MemcacheStatus.OUT_OF_MEMORY) {
      succeed(new Client.Sum.NoMemory());
    } else {
      throw new IOException("Answer to an increment: " + reply.status);
    }
  }

  @Override
  public Request<Client.Sum> duplicate() {
    return new BinaryIncrement(key, by);
  }
}
