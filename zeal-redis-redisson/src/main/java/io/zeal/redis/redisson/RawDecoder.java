package io.zeal.redis.redisson;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.zeal.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.redisson.client.handler.CommandDecoder;
import org.redisson.client.handler.State;
import org.redisson.client.protocol.CommandData;

/**
 * Reads replies as they are. Redisson's own reading turns an error within an array into an error of
 * the whole command, fails on a redirection that names no host, and adds the arguments of the
 * command to the words of the server.
 */
final class RawDecoder extends CommandDecoder {

  RawDecoder(String scheme) {
    super(scheme);
  }

  /** Called when one reply is there whole. */
  @Override
  protected void decode(
      ByteBuf in,
      @Nullable CommandData<Object, Object> data,
      @Nullable List<Object> parts,
      Channel channel,
      boolean skipConvertor,
      @Nullable List<CommandData<?, ?>> commandsData,
      long partsSize,
      State state) {
    Reply reply = read(in);
    if (data != null) {
      data.getPromise().complete(reply);
    }
  }

  /** Reads one reply that is there whole. */
  static Reply read(ByteBuf in) {
    byte kind = in.readByte();
    byte[] line = line(in);
    return switch (kind) {
      case '+' -> new Reply.Bytes(line);
      case '-' -> new Reply.Failure(new String(line, StandardCharsets.UTF_8));
      case ':' -> new Reply.Whole(number(line));
      case '$' -> bulk(in, Math.toIntExact(number(line)));
      case '*' -> items(in, Math.toIntExact(number(line)));
      default -> throw new IllegalStateException("not a reply of RESP2: " + (char) kind);
    };
  }

  private static Reply bulk(ByteBuf in, int length) {
    if (length < 0) {
      return new Reply.Nil();
    }
    byte[] value = new byte[length];
    in.readBytes(value);
    in.skipBytes(2);
    return new Reply.Bytes(value);
  }

  private static Reply items(ByteBuf in, int count) {
    if (count < 0) {
      return new Reply.Nil();
    }
    List<Reply> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(read(in));
    }
    return new Reply.Items(values);
  }

  private static byte[] line(ByteBuf in) {
    byte[] line = new byte[in.bytesBefore((byte) '\r')];
    in.readBytes(line);
    in.skipBytes(2);
    return line;
  }

  private static long number(byte[] line) {
    return Long.parseLong(new String(line, StandardCharsets.US_ASCII));
  }
}
