package io.zeal.redis.redisson;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.zeal.redis.spi.Inbox;
import org.jspecify.annotations.Nullable;
import org.redisson.client.NettyHook;
import org.redisson.client.handler.CommandDecoder;
import org.redisson.client.handler.CommandsQueue;
import org.redisson.client.handler.ConnectionWatchdog;
import org.redisson.client.handler.ErrorsLoggingHandler;
import org.redisson.client.handler.RedisConnectionHandler;

/**
 * Changes the handlers of one connection: nothing reconnects or sends again, replies are read raw,
 * errors are kept instead of logged, and commands sent together leave together.
 */
final class Wiring implements NettyHook {

  private static final int MOST_BEFORE_A_FLUSH = 1_000;

  private static final String REPLIES = "zeal-replies";
  private static final String FORGETTING = "zeal-forgetting";

  private final String scheme;
  private @Nullable Channel channel; // guarded by this
  private boolean givenUp; // guarded by this
  private volatile @Nullable Throwable mishap;

  Wiring(String scheme) {
    this.scheme = scheme;
  }

  @Override
  public void afterBoostrapInitialization(Bootstrap bootstrap) {}

  @Override
  public void afterChannelInitialization(Channel made) {
    ChannelPipeline pipeline = made.pipeline();
    pipeline.remove(ConnectionWatchdog.class);
    pipeline.replace(CommandDecoder.class, REPLIES, new RawDecoder(scheme));
    pipeline.replace(ErrorsLoggingHandler.class, "zeal-mishaps", new Mishaps());
    String first = pipeline.context(RedisConnectionHandler.class).name();
    pipeline.addBefore(
        first, "zeal-flushes", new FlushConsolidationHandler(MOST_BEFORE_A_FLUSH, true));
    pipeline.addBefore(first, FORGETTING, new Forgetting());
    synchronized (this) {
      channel = made;
      if (givenUp) {
        ChannelFuture _ = made.close();
      }
    }
  }

  /**
   * Empties the queue of commands before Redisson fails each of them, with its arguments in the
   * message, which netty then logs.
   */
  private static final class Forgetting extends ChannelInboundHandlerAdapter {
    @Override
    public void channelInactive(ChannelHandlerContext context) {
      context.channel().attr(CommandsQueue.COMMANDS_QUEUE).get().clear();
      context.fireChannelInactive();
    }
  }

  private final class Mishaps extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (mishap == null) {
        mishap = cause;
      }
      ChannelFuture _ = context.close();
    }
  }

  /** What comes from here on is for those who listen. On the event loop; a second time, nothing. */
  static void listen(ChannelPipeline pipeline, Inbox inbox) {
    if (pipeline.context(REPLIES) != null) {
      pipeline.replace(REPLIES, "zeal-inbox", new InboxDecoder(inbox));
    }
  }

  /** From where commands are encoded and nothing keeps account of them. On the event loop. */
  static ChannelHandlerContext out(ChannelPipeline pipeline) {
    return pipeline.context(CommandsQueue.class);
  }

  /** What broke the connection, if anything but its end did. */
  @Nullable Throwable mishap() {
    return mishap;
  }

  /** Closes the connection even if it comes up later. */
  synchronized void giveUp() {
    givenUp = true;
    if (channel != null) {
      ChannelFuture _ = channel.close();
    }
  }

  /** Whether the other side accepted. */
  synchronized boolean isConnected() {
    return channel != null && channel.isActive();
  }
}
