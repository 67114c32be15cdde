package io.zeal.redis.lettuce;

import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.api.StatefulRedisConnection;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkSetup;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection of Lettuce. */
final class LettuceLink implements RedisLink {

  /** Commands that go to Netty together: it writes them while the next ones are encoded. */
  private static final int PORTION = 2_000;

  private final Endpoint endpoint;
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final RedisChannelWriter writer;
  private final Consumer<StatefulRedisConnection<?, ?>> closer;
  private final AtomicBoolean closed = new AtomicBoolean();

  LettuceLink(
      Endpoint endpoint,
      StatefulRedisConnection<byte[], byte[]> connection,
      RedisChannelWriter writer,
      Consumer<StatefulRedisConnection<?, ?>> closer) {
    this.endpoint = endpoint;
    this.connection = connection;
    this.writer = writer;
    this.closer = closer;
  }

  @Override
  public List<Reply> exchange(List<Command> commands, long deadline) {
    CountDownLatch open = new CountDownLatch(commands.size());
    List<Sent> all = new ArrayList<>(commands.size());
    LinkException broken = sendAndAwait(commands, all, open, deadline);
    while (all.size() < commands.size()) {
      all.add(new Sent(commands.get(all.size()), all.size(), open)); // it broke before these
    }
    List<Reply> replies = new ArrayList<>(all.size());
    boolean lost = false;
    for (Sent sent : all) {
      Reply reply = sent.reply(broken, this::disconnected);
      lost |= reply instanceof Reply.Lost;
      replies.add(reply);
    }
    if (lost) {
      close();
    }
    return replies;
  }

  /**
   * Why the replies were not waited for to the end, or null if each command has ended.
   *
   * @param all gets each command in the form in which it is sent
   */
  private @Nullable LinkException sendAndAwait(
      List<Command> commands, List<Sent> all, CountDownLatch open, long deadline) {
    boolean interrupted = Thread.currentThread().isInterrupted();
    try {
      for (int from = 0; from < commands.size(); from += PORTION) {
        for (Command command : commands.subList(from, Math.min(commands.size(), from + PORTION))) {
          all.add(new Sent(command, all.size(), open));
        }
        if (!interrupted) {
          writer.write(List.copyOf(all.subList(from, all.size())));
        }
      }
      if (interrupted) {
        return new LinkException(Kind.INTERRUPTED, "interrupted before anything was sent", null);
      }
      return open.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
          ? null
          : new LinkException(Kind.REPLY_TIMEOUT, endpoint + " did not answer in time", null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new LinkException(Kind.INTERRUPTED, "interrupted while " + endpoint + " was asked", e);
    } catch (RuntimeException e) {
      return disconnected(e);
    }
  }

  private LinkException disconnected(@Nullable Throwable cause) {
    return closed.get()
        ? new LinkException(Kind.CLOSED, "the connection to " + endpoint + " was closed", cause)
        : new LinkException(
            Kind.UNREACHABLE,
            cause == null
                ? "the connection to " + endpoint + " broke"
                : LinkSetup.broken(endpoint, cause),
            cause);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      closer.accept(connection);
    }
  }
}
