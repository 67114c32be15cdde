package io.zeal.redis.lettuce;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.zeal.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads replies off one connection, RESP2, and hands them to whoever waits for them: an exchange,
 * or those who listen. Everything but {@link #expect} runs on Netty's thread of the connection.
 *
 * <p>What came and is not a whole element yet is kept in an array; an element that is not all there
 * is looked at again, from its first byte, when more has come. Elements of arrays that are complete
 * are not read twice.
 */
final class Replies extends ChannelInboundHandlerAdapter {

  /** Who waits for replies. */
  interface Sink {
    /** Takes the next reply; false if it waits for none. */
    boolean answered(Reply reply);

    /** No more replies will come. */
    void broke();
  }

  /** An array that is not complete. */
  private record Open(List<Reply> items, int size) {}

  private static final int SMALLEST = 4_096;
  private static final int LARGEST_KEPT = 1 << 16;
  private static final Reply NIL = new Reply.Nil();
  private static final Reply EMPTY = new Reply.Items(List.of());

  private final Deque<Open> arrays = new ArrayDeque<>();
  private byte[] bytes = new byte[SMALLEST];
  private int from;
  private int to;

  private volatile @Nullable Sink sink;
  private volatile @Nullable Throwable cause;

  /** Replies from here on are for this one; called before its first byte is written. */
  void expect(@Nullable Sink next) {
    sink = next;
  }

  /** Why the connection ended, as far as it is known. */
  @Nullable Throwable cause() {
    return cause;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf input = (ByteBuf) message;
    try {
      int length = input.readableBytes();
      makeRoom(length);
      input.readBytes(bytes, to, length);
      to += length;
    } finally {
      input.release();
    }
    try {
      while (from < to && readElement()) {
        // each one is handed on as it is complete
      }
    } catch (RuntimeException e) {
      cause = e;
      var _ = context.close();
    }
    if (from == to) {
      from = 0;
      to = 0;
      bytes = bytes.length > LARGEST_KEPT ? new byte[SMALLEST] : bytes;
    }
  }

  private void makeRoom(int length) {
    if (bytes.length - to >= length) {
      return;
    }
    int kept = to - from;
    byte[] target =
        bytes.length - kept >= length ? bytes : new byte[Math.max(2 * bytes.length, kept + length)];
    System.arraycopy(bytes, from, target, 0, kept);
    bytes = target;
    from = 0;
    to = kept;
  }

  /** Reads one element; false, and nothing is changed, if it is not all there. */
  private boolean readElement() {
    int end = lineEnd();
    if (end < 0) {
      return false;
    }
    int next = end + 2;
    switch (bytes[from]) {
      case '$' -> {
        int length = (int) number(from + 1, end);
        if (length < 0) {
          from = next;
          add(NIL);
          return true;
        }
        if (to - next < length + 2) {
          return false;
        }
        byte[] value = Arrays.copyOfRange(bytes, next, next + length);
        from = next + length + 2;
        add(new Reply.Bytes(value));
      }
      case '*' -> {
        int size = (int) number(from + 1, end);
        from = next;
        open(size);
      }
      case ':' -> {
        long value = number(from + 1, end);
        from = next;
        add(new Reply.Whole(value));
      }
      case '+' -> {
        byte[] value = Arrays.copyOfRange(bytes, from + 1, end);
        from = next;
        add(new Reply.Bytes(value));
      }
      case '-' -> {
        String words = new String(bytes, from + 1, end - from - 1, StandardCharsets.UTF_8);
        from = next;
        add(new Reply.Failure(words));
      }
      default -> throw new IllegalStateException("what came is no reply of RESP2");
    }
    return true;
  }

  private int lineEnd() {
    for (int at = from; at < to - 1; at++) {
      if (bytes[at] == '\r' && bytes[at + 1] == '\n') {
        return at;
      }
    }
    return -1;
  }

  private long number(int begin, int end) {
    boolean negative = bytes[begin] == '-';
    long value = 0; // negative, so that the smallest number fits
    for (int at = negative ? begin + 1 : begin; at < end; at++) {
      value = 10 * value - (bytes[at] - '0');
    }
    return negative ? value : -value;
  }

  private void open(int size) {
    if (size < 0) {
      add(NIL);
    } else if (size == 0) {
      add(EMPTY);
    } else {
      arrays.push(new Open(new ArrayList<>(size), size));
    }
  }

  private void add(Reply element) {
    Reply whole = element;
    while (!arrays.isEmpty()) {
      Open array = arrays.getFirst();
      array.items.add(whole);
      if (array.items.size() < array.size) {
        return;
      }
      arrays.pop();
      whole = new Reply.Items(Collections.unmodifiableList(array.items));
    }
    Sink current = sink;
    if (current == null || !current.answered(whole)) {
      throw new IllegalStateException("a reply came that nobody waits for");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    cause = failure;
    var _ = context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    Sink current = sink;
    if (current != null) {
      current.broke();
    }
    context.fireChannelInactive();
  }
}
