package io.zeal.redis.lettuce;

import io.zeal.Outcome;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Commands on their way and the replies that have come.
 *
 * <p>Portions are begun by Netty's thread, in order; whoever gives up ends that. So a command whose
 * portion was not begun is never written, and can be reported as not sent.
 */
final class Exchange implements Replies.Sink {

  /** Netty writes one portion while the next is encoded. */
  private static final int PORTION_BYTES = 1 << 17;

  private final List<Command> commands;
  private final Reply[] replies;
  private final CountDownLatch ended = new CountDownLatch(1);

  private int answered; // guarded by this
  private int begun; // guarded by this
  private boolean over; // guarded by this

  Exchange(List<Command> commands) {
    this.commands = commands;
    this.replies = new Reply[commands.size()];
  }

  /** Whether the commands before {@code end} may be written now. */
  synchronized boolean begin(int end) {
    if (over) {
      return false;
    }
    begun = end;
    return true;
  }

  @Override
  public synchronized boolean answered(Reply reply) {
    if (over || answered == begun) {
      return false;
    }
    replies[answered++] = reply;
    if (answered == replies.length) {
      over = true;
      ended.countDown();
    }
    return true;
  }

  @Override
  public synchronized void broke() {
    over = true;
    ended.countDown();
  }

  /** Whether it ended before the deadline. */
  boolean await(long deadline) throws InterruptedException {
    return ended.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  /** Whether every command has its reply. */
  synchronized boolean isComplete() {
    return answered == replies.length;
  }

  /** The replies; whatever has none is given up, for this reason. */
  synchronized List<Reply> replies(@Nullable LinkException reason) {
    over = true;
    List<Reply> all = new ArrayList<>(replies.length);
    for (int i = 0; i < replies.length; i++) {
      all.add(i < answered || reason == null ? replies[i] : lost(i, reason));
    }
    return all;
  }

  private Reply lost(int position, LinkException reason) {
    return new Reply.Lost(position < begun ? Outcome.UNKNOWN : Outcome.NOT_SENT, reason);
  }

  /** Where a portion ends that begins at {@code from}. */
  int portion(int from) {
    int end = from;
    for (int length = 0; end < commands.size() && length < PORTION_BYTES; end++) {
      length += length(commands.get(end));
    }
    return end;
  }

  private static int length(Command command) {
    List<byte[]> parts = command.parts();
    int count = parts.size();
    int length = headLength(count);
    for (int i = 0; i < count; i++) {
      int size = parts.get(i).length;
      length += headLength(size) + size + 2;
    }
    return length;
  }

  /** Writes the commands of a portion as the server reads them. */
  byte[] bytes(int from, int end) {
    int length = 0;
    for (int i = from; i < end; i++) {
      length += length(commands.get(i));
    }
    byte[] bytes = new byte[length];
    int at = 0;
    for (int i = from; i < end; i++) {
      List<byte[]> parts = commands.get(i).parts();
      int count = parts.size();
      at = head(bytes, at, '*', count);
      for (int part = 0; part < count; part++) {
        byte[] value = parts.get(part);
        at = head(bytes, at, '$', value.length);
        System.arraycopy(value, 0, bytes, at, value.length);
        at = lineEnd(bytes, at + value.length);
      }
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
}
