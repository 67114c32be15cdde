package io.zeal.redis.redisson;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.zeal.redis.spi.Inbox;
import java.util.List;

/**
 * Reads what a node sends to those who listen. Redisson's decoder takes what nobody asked for in
 * one go, and twice if only part of it has come.
 */
final class InboxDecoder extends ByteToMessageDecoder {

  private final Inbox inbox;

  InboxDecoder(Inbox inbox) {
    this.inbox = inbox;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (end(in, in.readerIndex()) >= 0) {
      inbox.add(RawDecoder.read(in));
    }
  }

  /** Without asking for more, as it would where nothing was passed on: the inbox says when. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    discardSomeReadBytes();
    context.fireChannelReadComplete();
  }

  /**
   * Where the reply ends that begins at {@code from}, or -1 if it is not there whole. Looked at
   * before anything is made of it: what is long comes in many pieces.
   */
  private static int end(ByteBuf in, int from) {
    int lineEnd = from < in.writerIndex() ? in.indexOf(from, in.writerIndex(), (byte) '\r') : -1;
    int next = lineEnd + 2;
    if (lineEnd < 0 || next > in.writerIndex()) {
      return -1;
    }
    return switch (in.getByte(from)) {
      case '$' -> {
        long length = number(in, from + 1, lineEnd);
        long end = length < 0 ? next : next + length + 2;
        yield end <= in.writerIndex() ? (int) end : -1;
      }
      case '*' -> {
        long left = number(in, from + 1, lineEnd);
        int end = next;
        while (left-- > 0 && end >= 0) {
          end = end(in, end);
        }
        yield end;
      }
      default -> next;
    };
  }

  private static long number(ByteBuf in, int from, int end) {
    boolean negative = in.getByte(from) == '-';
    long number = 0;
    for (int at = negative ? from + 1 : from; at < end; at++) {
      number = 10 * number + (in.getByte(at) - '0');
    }
    return negative ? -number : number;
  }
}
