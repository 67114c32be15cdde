package io.zeal.memcached;

import com.spotify.folsom.MemcacheAuthenticationException;
import com.spotify.folsom.MemcacheStatus;
import com.spotify.folsom.client.OpCode;
import com.spotify.folsom.client.Request;
import com.spotify.folsom.client.binary.BinaryRequest;
import com.spotify.folsom.client.binary.BinaryResponse;
import com.spotify.folsom.guava.HostAndPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A login by SASL PLAIN in UTF-8 (RFC 4616); folsom's own sends what is not ASCII as '?'. */
final class BinaryLogin extends BinaryRequest<MemcacheStatus> {

  private static final byte[] MECHANISM = "PLAIN".getBytes(StandardCharsets.US_ASCII);

  private final Greeting.Login login;

  BinaryLogin(Greeting.Login login) {
    super(MECHANISM);
    this.login = login;
  }

  @Override
  public ByteBuf writeRequest(ByteBufAllocator allocator, ByteBuffer buffer) {
    byte[] words = ('\0' + login.user() + '\0' + login.password()).getBytes(StandardCharsets.UTF_8);
    writeHeader(buffer, OpCode.SASL_AUTH, 0, words.length, 0);
    buffer.put(key);
    buffer.put(words);
    return toBuffer(allocator, buffer);
  }

  @Override
  protected void handle(BinaryResponse response, HostAndPort server) throws IOException {
    MemcacheStatus status = handleSingleReply(response).status;
    switch (status) {
      // Who does not know the command lets everybody in.
      case OK, UNKNOWN_COMMAND -> succeed(MemcacheStatus.OK);
      case UNAUTHORIZED, AUTHENTICATION_ERROR ->
          fail(new MemcacheAuthenticationException("refused"), server);
      default -> throw new IOException("Answer to a login: " + status);
    }
  }

  @Override
  public Request<MemcacheStatus> duplicate() {
    return new BinaryLogin(login);
  }
}
