package io.zeal.redis.lettuce;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.Inbox;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkSetup;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection of Lettuce: Lettuce connects, encrypts and lends its threads; commands and replies
 * pass below its command handler, which keeps a good deal of account for each of them.
 */
final class LettuceLink implements RedisLink {

  private final Endpoint endpoint;
  private final Channel channel;
  private final ChannelHandlerContext out;
  private final Replies replies = new Replies();
  private final Runnable closer;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Held while the link begins to listen. */
  private final ReentrantLock beginning = new ReentrantLock();

  /** What comes for those who listen; null until the first of them sends. */
  private volatile @Nullable Inbox inbox; // written under beginning

  LettuceLink(Endpoint endpoint, Channel channel, ChannelHandlerContext encoder, Runnable closer) {
    this.endpoint = endpoint;
    this.channel = channel;
    this.out = encoder;
    this.closer = closer;
    channel.pipeline().addBefore(encoder.name(), "zeal", replies);
  }

  @Override
  public List<Reply> exchange(List<Command> commands, long deadline) {
    if (inbox != null) {
      throw new IllegalStateException("the link listens");
    }
    Exchange exchange = new Exchange(commands);
    if (commands.isEmpty()) {
      return List.of();
    }
    LinkException reason = sendAndAwait(exchange, commands.size(), deadline);
    replies.expect(null);
    List<Reply> all = exchange.replies(reason);
    if (reason != null) {
      close();
    }
    return all;
  }

  /** Why not all replies came, or null if they did. */
  private @Nullable LinkException sendAndAwait(Exchange exchange, int size, long deadline) {
    if (Thread.currentThread().isInterrupted()) {
      return new LinkException(Kind.INTERRUPTED, "interrupted before anything was sent", null);
    }
    if (deadline - System.nanoTime() <= 0) {
      return new LinkException(Kind.REPLY_TIMEOUT, "no time left to send", null);
    }
    replies.expect(exchange);
    if (closed.get() || !channel.isActive()) {
      return disconnected();
    }
    try {
      int end;
      for (int from = 0; from < size; from = end) {
        end = exchange.portion(from);
        byte[] portion = exchange.bytes(from, end);
        channel.eventLoop().execute(new Portion(exchange, portion, end));
      }
      if (!exchange.await(deadline)) {
        return exchange.isComplete()
            ? null
            : new LinkException(Kind.REPLY_TIMEOUT, endpoint + " did not answer in time", null);
      }
      return exchange.isComplete() ? null : disconnected();
    } catch (RejectedExecutionException e) {
      return disconnected(); // the threads were ended
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new LinkException(Kind.INTERRUPTED, "interrupted while " + endpoint + " was asked", e);
    }
  }

  /** On Netty's thread: nothing comes between the question whether it is open and the writing. */
  private final class Portion implements Runnable {

    private final Exchange exchange;
    private final byte[] bytes;
    private final int end;

    Portion(Exchange exchange, byte[] bytes, int end) {
      this.exchange = exchange;
      this.bytes = bytes;
      this.end = end;
    }

    @Override
    public void run() {
      if (channel.isActive() && exchange.begin(end)) {
        var _ = out.writeAndFlush(Unpooled.wrappedBuffer(bytes), out.voidPromise());
      } else {
        exchange.broke();
      }
    }
  }

  @Override
  public void send(List<Command> commands, long deadline) throws LinkException {
    Inbox open = listening();
    LinkException ended = open.ended();
    if (ended != null) {
      throw ended;
    }
    if (commands.isEmpty()) {
      return;
    }
    Exchange encoded = new Exchange(commands);
    byte[] bytes = encoded.bytes(0, commands.size());
    try {
      if (Thread.interrupted()) { // a wait for what is written already would not notice
        throw new InterruptedException();
      }
      ChannelPromise written = channel.newPromise();
      channel
          .eventLoop()
          .execute(() -> {
            var _ = out.writeAndFlush(Unpooled.wrappedBuffer(bytes), written);
          });
      if (!written.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw open.end(Kind.REPLY_TIMEOUT, endpoint + " took nothing more in time", null);
      }
      if (!written.isSuccess()) {
        throw broke(open);
      }
    } catch (RejectedExecutionException e) {
      throw broke(open); // the threads were ended
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw open.end(Kind.INTERRUPTED, "interrupted while sending to " + endpoint, e);
    } finally {
      closeIfEnded(open);
    }
  }

  @Override
  public Reply receive(long deadline) throws LinkException {
    Inbox open = inbox;
    if (open == null) {
      throw new IllegalStateException("the link does not listen");
    }
    try {
      return open.take(endpoint, deadline);
    } finally {
      closeIfEnded(open);
    }
  }

  private Inbox listening() {
    beginning.lock();
    try {
      Inbox open = inbox;
      if (open == null) {
        open = new Inbox(channel.config()::setAutoRead);
        replies.expect(new Listening(open));
        inbox = open;
        if (closed.get() || !channel.isActive()) {
          LinkException _ = broke(open);
        }
      }
      return open;
    } finally {
      beginning.unlock();
    }
  }

  /** Called by Netty's thread. */
  private final class Listening implements Replies.Sink {

    private final Inbox target;

    Listening(Inbox target) {
      this.target = target;
    }

    @Override
    public boolean answered(Reply reply) {
      target.add(reply);
      return true;
    }

    @Override
    public void broke() {
      LinkException _ = LettuceLink.this.broke(target);
    }
  }

  /** The connection is gone; returns why, which may be another reason that came first. */
  private LinkException broke(Inbox open) {
    LinkException reason = disconnected();
    return open.end(reason.kind(), String.valueOf(reason.getMessage()), reason.getCause());
  }

  /** Not before: what came is still handed out. */
  private void closeIfEnded(Inbox open) {
    if (open.ended() != null) {
      close();
    }
  }

  private LinkException disconnected() {
    Throwable cause = replies.cause();
    if (closed.get()) {
      return new LinkException(Kind.CLOSED, "the connection to " + endpoint + " was closed", cause);
    }
    return new LinkException(
        Kind.UNREACHABLE,
        cause == null
            ? "the connection to " + endpoint + " broke"
            : LinkSetup.broken(endpoint, cause),
        cause);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Inbox open = inbox;
      if (open != null) {
        LinkException _ = broke(open);
      }
      // From the bottom: from the top, TLS first waits for what is stuck to leave.
      ChannelHandlerContext bottom = channel.pipeline().firstContext();
      if (bottom != null) {
        var _ = bottom.close();
      }
      closer.run();
    }
  }
}
