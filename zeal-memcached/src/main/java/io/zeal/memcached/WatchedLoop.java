package io.zeal.memcached;

import com.spotify.folsom.client.ascii.AsciiMemcacheDecoder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/**
 * The thread of the connections to one server. What is registered is a new attempt to connect: it
 * gets a limit in time, and somebody beside folsom hears why it fails. folsom has no option for the
 * one and passes on a line of text of the other.
 */
final class WatchedLoop extends MultiThreadIoEventLoopGroup {

  private final int limitMillis;
  private final Attempts attempts;

  /**
   * @param limit how long a connection may take
   */
  WatchedLoop(ThreadFactory threads, Duration limit, Attempts attempts) {
    super(1, threads, NioIoHandler.newFactory());
    this.limitMillis = (int) Math.min(Integer.MAX_VALUE, limit.toMillis());
    this.attempts = attempts;
  }

  @Override
  public ChannelFuture register(Channel channel) {
    attempts.begin();
    channel.config().setConnectTimeoutMillis(limitMillis);
    // What waits to be sent when a connection is given up must not reach the server later.
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel
        .pipeline()
        .addLast(
            new ChannelInitializer<Channel>() {
              // Runs after folsom's own, which is there before anything is registered and brings
              // TLS and the protocol; what takes their messages and failures comes last.
              @Override
              protected void initChannel(Channel initialized) {
                ChannelPipeline handlers = initialized.pipeline();
                if (handlers.get(AsciiMemcacheDecoder.class) != null) {
                  handlers.replace(AsciiMemcacheDecoder.class, null, new TextAnswers());
                }
                handlers.addLast(new SeveralAnswers(), new Watch(attempts));
              }
            });
    return super.register(channel);
  }

  /** Hears of handshakes and failures. */
  private static final class Watch extends ChannelInboundHandlerAdapter {

    private final Attempts attempts;

    Watch(Attempts attempts) {
      this.attempts = attempts;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake) {
        if (handshake.isSuccess()) {
          attempts.encrypted();
        } else {
          attempts.hear(handshake.cause());
        }
      }
      context.fireUserEventTriggered(event);
    }

    /** All but these folsom logs as errors with their traces, again and again in an outage. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      attempts.hear(cause);
      context.fireExceptionCaught(
          cause instanceof DecoderException ? cause : new DecoderException(cause));
    }
  }
}
