package io.zeal.redis.redisson;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.channel.ChannelPromise;
import io.zeal.Outcome;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.Inbox;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkSetup;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisConnection;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.protocol.CommandData;
import org.redisson.client.protocol.RedisCommand;

/** One connection of Redisson, used below everything that could send a second time. */
final class RedissonLink implements RedisLink {

  /** Closing is done by the event loop, which has nothing else to do that would take time. */
  private static final Duration CLOSE_LIMIT = Duration.ofMillis(500);

  private sealed interface State {}

  private enum Idle implements State {
    IDLE
  }

  /** An exchange under way; it is over when all replies are there, or when none will come. */
  private static final class Busy implements State {
    final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
  }

  /** From the first {@link #send} on. */
  private record Listening(Inbox target) implements State {}

  private record Ended(Kind kind, String message, @Nullable Throwable cause) implements State {}

  /** A command on its way. */
  private static final class Asked extends CommandData<Object, Object> {

    /** What became of its bytes; null as long as they were not handed to netty. */
    volatile @Nullable ChannelFuture written;

    Asked(Command command) {
      super(
          new CompletableFuture<>(),
          ByteArrayCodec.INSTANCE,
          new RedisCommand<>(command.name()),
          command.parts().subList(1, command.parts().size()).toArray());
    }

    boolean isWritten() {
      ChannelFuture future = written;
      return future != null && future.isSuccess();
    }

    boolean isHandedOver() {
      return written != null;
    }

    @Nullable Reply reply() {
      return (Reply) getPromise().getNow(null);
    }
  }

  private final RedisConnection connection;
  private final Channel channel;
  private final Wiring wiring;
  private final Endpoint peer;
  private final AtomicReference<State> state = new AtomicReference<>(Idle.IDLE);

  /** Held while the link begins to listen. */
  private final ReentrantLock beginning = new ReentrantLock();

  /** That of {@link Listening}, also once it has ended: what came is still handed out. */
  private volatile @Nullable Inbox inbox; // written under beginning

  RedissonLink(RedisConnection connection, Wiring wiring, Endpoint peer) {
    this.connection = connection;
    this.channel = connection.getChannel();
    this.wiring = wiring;
    this.peer = peer;
    channel.closeFuture().addListener(_ -> ended());
  }

  @Override
  public List<Reply> exchange(List<Command> commands, long deadline) {
    if (commands.isEmpty()) {
      return List.of();
    }
    Busy mine = new Busy();
    if (!state.compareAndSet(Idle.IDLE, mine)) {
      if (inbox != null) {
        throw new IllegalStateException("the link listens");
      }
      return lost(commands, end(mine, Kind.CLOSED, "used by another thread", null));
    }
    Ended unfit = unfit(mine, deadline);
    if (unfit != null) {
      cut();
      return lost(commands, unfit);
    }
    List<Asked> asked = commands.stream().map(Asked::new).toList();
    CompletableFuture<Void> _ =
        asked.getLast().getPromise().thenRun(() -> mine.over.complete(null));
    try {
      channel.eventLoop().execute(() -> send(asked));
    } catch (RejectedExecutionException e) {
      return lost(commands, end(mine, Kind.CLOSED, "the connection's threads have ended", e));
    }
    Ended ended = await(mine, deadline);
    if (ended == null) {
      return asked.stream().map(one -> (Reply) one.getPromise().join()).toList();
    }
    cut();
    boolean closed = channel.closeFuture().awaitUninterruptibly(CLOSE_LIMIT.toMillis());
    return fill(asked, ended, closed);
  }

  /** Why nothing should be sent; null if all is well. */
  private @Nullable Ended unfit(Busy mine, long deadline) {
    if (Thread.currentThread().isInterrupted()) {
      return end(mine, Kind.INTERRUPTED, "interrupted", null);
    }
    if (deadline - System.nanoTime() <= 0) {
      return end(mine, Kind.REPLY_TIMEOUT, "no time left to send", null);
    }
    return channel.isActive() ? null : end(mine, Kind.UNREACHABLE, closedByPeer(), null);
  }

  /** On the event loop. */
  private void send(List<Asked> asked) {
    if (!channel.isActive()) {
      return; // and nothing was sent; whoever waits is told by the end of the channel
    }
    for (Asked one : asked) {
      one.written = connection.send(one);
    }
  }

  /** Waits for all replies; returns why they did not come, or null. */
  private @Nullable Ended await(Busy mine, long deadline) {
    try {
      mine.over.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return end(mine, Kind.REPLY_TIMEOUT, "no reply from " + peer + " in time", null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return end(mine, Kind.INTERRUPTED, "interrupted while " + peer + " was asked", null);
    } catch (ExecutionException e) {
      return end(mine, Kind.UNREACHABLE, LinkSetup.broken(peer, e), e);
    }
    return state.compareAndSet(mine, Idle.IDLE)
        ? null
        : end(mine, Kind.UNREACHABLE, closedByPeer(), null);
  }

  /** The channel was closed, by whomever. */
  private void ended() {
    Throwable mishap = wiring.mishap();
    Ended ended =
        mishap == null
            ? new Ended(Kind.UNREACHABLE, closedByPeer(), null)
            : new Ended(Kind.UNREACHABLE, LinkSetup.broken(peer, mishap), mishap);
    end(ended);
  }

  /** Whoever waits is told, unless it has ended already. */
  private void end(Ended ended) {
    switch (state.getAndUpdate(s -> s instanceof Ended ? s : ended)) {
      case Busy busy -> busy.over.complete(null);
      case Listening(Inbox target) -> {
        LinkException _ = target.end(ended.kind, ended.message, ended.cause);
      }
      case Idle _, Ended _ -> {}
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
    ChannelPromise written = channel.newPromise();
    try {
      if (Thread.interrupted()) { // a wait for what is written already would not notice
        throw new InterruptedException();
      }
      channel.eventLoop().execute(() -> send(commands, open, written));
      if (!written.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw open.end(Kind.REPLY_TIMEOUT, peer + " took nothing more in time", null);
      }
      if (!written.isSuccess()) {
        throw open.end(Kind.UNREACHABLE, closedByPeer(), written.cause());
      }
    } catch (RejectedExecutionException e) {
      throw open.end(Kind.CLOSED, "the connection's threads have ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw open.end(Kind.INTERRUPTED, "interrupted while sending to " + peer, e);
    } finally {
      cutIfEnded(open);
    }
  }

  /** On the event loop. */
  private void send(List<Command> commands, Inbox open, ChannelPromise written) {
    Wiring.listen(channel.pipeline(), open);
    ChannelHandlerContext out = Wiring.out(channel.pipeline());
    for (Command command : commands) {
      ChannelFuture _ =
          command == commands.getLast()
              ? out.writeAndFlush(new Asked(command), written)
              : out.write(new Asked(command));
    }
  }

  @Override
  public Reply receive(long deadline) throws LinkException {
    Inbox open = inbox;
    if (open == null) {
      throw new IllegalStateException("the link does not listen");
    }
    try {
      return open.take(peer, deadline);
    } finally {
      cutIfEnded(open);
    }
  }

  private Inbox listening() throws LinkException {
    beginning.lock();
    try {
      Inbox open = inbox;
      if (open == null) {
        open = new Inbox(channel.config()::setAutoRead);
        if (!state.compareAndSet(Idle.IDLE, new Listening(open))) {
          if (state.get() instanceof Ended ended) {
            throw new LinkException(ended.kind, ended.message, ended.cause);
          }
          throw new IllegalStateException("an exchange is under way");
        }
        inbox = open;
      }
      return open;
    } finally {
      beginning.unlock();
    }
  }

  private void cutIfEnded(Inbox open) {
    if (open.ended() != null) {
      cut();
    }
  }

  private String closedByPeer() {
    return peer + " ended the connection";
  }

  /** Ends the exchange, unless somebody else did: then that is the reason that counts. */
  private Ended end(Busy mine, Kind kind, String message, @Nullable Throwable cause) {
    Ended mineEnded = new Ended(kind, message, cause);
    state.compareAndSet(mine, mineEnded);
    return state.get() instanceof Ended ended ? ended : mineEnded;
  }

  /**
   * Closes the channel at its bottom: from the top, TLS would wait until what it still has to write
   * has left, which may be never.
   */
  private void cut() {
    ChannelOutboundInvoker bottom = channel.pipeline().firstContext();
    // Whoever waits does so for the end of the channel, however it came about.
    ChannelFuture _ = (bottom == null ? channel : bottom).close();
  }

  private static List<Reply> lost(List<Command> commands, Ended ended) {
    LinkException why = new LinkException(ended.kind, ended.message, ended.cause);
    return commands.stream().map(_ -> (Reply) new Reply.Lost(Outcome.NOT_SENT, why)).toList();
  }

  /**
   * Commands leave in order, so behind the first one whose bytes did not all leave none began to.
   *
   * @param closed whether no more bytes can leave
   */
  private static List<Reply> fill(List<Asked> asked, Ended ended, boolean closed) {
    LinkException why = new LinkException(ended.kind, ended.message, ended.cause);
    List<Reply> replies = new ArrayList<>(asked.size());
    boolean begun = true;
    for (Asked one : asked) {
      begun &= !closed || one.isHandedOver();
      Reply reply = one.reply();
      replies.add(
          reply == null ? new Reply.Lost(begun ? Outcome.UNKNOWN : Outcome.NOT_SENT, why) : reply);
      begun &= !closed || one.isWritten();
    }
    return replies;
  }

  @Override
  public void close() {
    end(new Ended(Kind.CLOSED, "the connection was closed", null));
    cut();
  }
}
