package io.zeal.redis.lettuce;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import io.zeal.Outcome;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.Reply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A command as Lettuce sends it, and its reply as Lettuce reads it.
 *
 * <p>It is written at most once, whatever Lettuce does: whoever gives up on it and Netty's thread
 * that is about to write it agree through {@link #state}. So a command that was not written when it
 * was given up is never written, and can be reported as not sent.
 */
final class Sent extends CommandOutput<byte[], byte[], Reply>
    implements RedisCommand<byte[], byte[], Reply> {

  private enum State {
    NEW,
    WRITTEN,
    ANSWERED,
    /** Given up; never written. */
    NOT_SENT,
    /** Given up; its bytes may have left. */
    UNKNOWN
  }

  /** An array that is not complete. */
  private record Open(List<Reply> items, int size) {}

  private static final ProtocolKeyword TYPE = new Type();
  private static final Reply NIL = new Reply.Nil();
  private static final Reply EMPTY = new Reply.Items(List.of());

  private final Command command;
  private final byte[] bytes;
  private final CountDownLatch open;
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private final int position;

  // Used by Netty's thread alone, and by others after state is ANSWERED.
  private @Nullable Deque<Open> arrays;
  private @Nullable Reply reply;

  private volatile @Nullable Throwable cause;

  /**
   * {@code open} is counted down when the command has ended, one way or the other; {@code position}
   * is its place in the batch.
   */
  Sent(Command command, int position, CountDownLatch open) {
    super(ByteArrayCodec.INSTANCE, NIL);
    this.command = command;
    this.bytes = bytes(command);
    this.position = position;
    this.open = open;
  }

  /**
   * The reply. A command that has none is given up.
   *
   * @param broken why it is given up; null if it ended by itself
   * @param disconnected what to report if it ended without a reply
   */
  Reply reply(
      @Nullable LinkException broken, Function<@Nullable Throwable, LinkException> disconnected) {
    giveUp();
    Reply answer = reply;
    return switch (state.get()) {
      case ANSWERED -> answer == null ? NIL : answer;
      case NOT_SENT -> new Reply.Lost(Outcome.NOT_SENT, because(broken, disconnected));
      case NEW, WRITTEN, UNKNOWN -> new Reply.Lost(Outcome.UNKNOWN, because(broken, disconnected));
    };
  }

  private LinkException because(
      @Nullable LinkException broken, Function<@Nullable Throwable, LinkException> disconnected) {
    return broken == null ? disconnected.apply(cause) : broken;
  }

  private void giveUp() {
    if (state.compareAndSet(State.NEW, State.NOT_SENT)
        || state.compareAndSet(State.WRITTEN, State.UNKNOWN)) {
      open.countDown();
    }
  }

  // --- As a command ---

  @Override
  public void encode(ByteBuf buffer) {
    if (state.compareAndSet(State.NEW, State.WRITTEN)) {
      buffer.writeBytes(bytes);
    }
    // Else given up: the connection is about to be closed, nothing that follows is sent.
  }

  /** The command as the server reads it, made on the caller's thread: Netty's has enough to do. */
  private static byte[] bytes(Command command) {
    List<byte[]> parts = command.parts();
    int count = parts.size();
    int length = headLength(count);
    for (int i = 0; i < count; i++) {
      byte[] part = parts.get(i);
      length += headLength(part.length) + part.length + 2;
    }
    byte[] bytes = new byte[length];
    int at = head(bytes, 0, '*', count);
    for (int i = 0; i < count; i++) {
      byte[] part = parts.get(i);
      at = head(bytes, at, '$', part.length);
      System.arraycopy(part, 0, bytes, at, part.length);
      at = lineEnd(bytes, at + part.length);
    }
    return bytes;
  }

  /** A type, a number, the end of a line. */
  private static int head(byte[] bytes, int from, char type, int number) {
    bytes[from] = (byte) type;
    int end = from + headLength(number) - 2;
    int rest = number;
    for (int at = end - 1; at > from; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return lineEnd(bytes, end);
  }

  private static int headLength(int number) {
    int digits = 1;
    for (int rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    return 1 + digits + 2;
  }

  private static int lineEnd(byte[] bytes, int at) {
    bytes[at] = '\r';
    bytes[at + 1] = '\n';
    return at + 2;
  }

  @Override
  public void complete() {
    if (state.compareAndSet(State.WRITTEN, State.ANSWERED)) {
      open.countDown();
    }
  }

  @Override
  public boolean completeExceptionally(Throwable throwable) {
    cause = throwable;
    giveUp();
    return true;
  }

  @Override
  public void cancel() {
    giveUp();
  }

  @Override
  public boolean isCancelled() {
    State now = state.get();
    return now == State.NOT_SENT || now == State.UNKNOWN;
  }

  @Override
  public boolean isDone() {
    return state.get() == State.ANSWERED || isCancelled();
  }

  @Override
  public ProtocolKeyword getType() {
    return TYPE;
  }

  /**
   * The same for all: Lettuce looks for commands that it would treat in a way of its own, and shall
   * find none.
   */
  private static final class Type implements ProtocolKeyword {

    @Override
    public byte[] getBytes() {
      return toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return "ZEAL";
    }
  }

  @Override
  public CommandArgs<byte[], byte[]> getArgs() {
    return new CommandArgs<>(ByteArrayCodec.INSTANCE); // written by encode
  }

  @Override
  public CommandOutput<byte[], byte[], Reply> getOutput() {
    return this;
  }

  @Override
  public void setOutput(CommandOutput<byte[], byte[], Reply> output) {
    throw new UnsupportedOperationException("a command has one output");
  }

  // --- As the reader of the reply ---

  @Override
  public void set(ByteBuffer bytes) {
    add(bytes == null ? NIL : new Reply.Bytes(copied(bytes)));
  }

  @Override
  public void set(long number) {
    add(new Reply.Whole(number));
  }

  @Override
  public void setError(ByteBuffer error) {
    add(new Reply.Failure(new String(copied(error), StandardCharsets.UTF_8)));
  }

  /** Lettuce's own words, for a command without a reply. */
  @Override
  public void setError(String error) {}

  @Override
  public void multi(int size) {
    if (size < 0) {
      add(NIL);
    } else if (size == 0) {
      add(EMPTY);
    } else {
      if (arrays == null) {
        arrays = new ArrayDeque<>(2);
      }
      arrays.push(new Open(new ArrayList<>(size), size));
    }
  }

  private void add(Reply value) {
    Reply whole = value;
    while (arrays != null && !arrays.isEmpty()) {
      Open array = arrays.getFirst();
      array.items.add(whole);
      if (array.items.size() < array.size) {
        return;
      }
      arrays.pop();
      whole = new Reply.Items(Collections.unmodifiableList(array.items));
    }
    reply = whole;
  }

  private static byte[] copied(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }

  /** Lettuce puts a batch into a set; a JVM takes long to make up a hash code. */
  @Override
  public int hashCode() {
    return position;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  /** Without arguments: they may be anything. */
  @Override
  public String toString() {
    return command.toString();
  }
}
