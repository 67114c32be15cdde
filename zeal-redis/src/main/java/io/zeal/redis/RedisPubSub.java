package io.zeal.redis;

import io.zeal.Capability;
import io.zeal.Column;
import io.zeal.Message;
import io.zeal.OperationInterruptedException;
import io.zeal.PubSub;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.ZealException;
import io.zeal.pubsub.spi.Glob;
import io.zeal.pubsub.spi.Mailbox;
import io.zeal.redis.RedisMessaging.Opening;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.Texts;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Publish and subscribe on the server's channels. */
final class RedisPubSub implements PubSub {

  /** The longest payload: as long as the longest column of a store. */
  static final int PAYLOAD_BYTES = Column.LARGEST;

  private final RedisMessaging messaging;
  private final Server server;
  private final Receiver receiver;
  private final Topic.Kind kind;
  private final String prefix;
  private final @Nullable RedisPubSub raw;

  /**
   * @param kind what its channels are
   * @param prefix what channels have before their name on the server; empty for raw ones
   * @param raw the one with raw names; null for itself
   */
  RedisPubSub(
      RedisMessaging messaging,
      Server server,
      Receiver receiver,
      Topic.Kind kind,
      String prefix,
      @Nullable RedisPubSub raw) {
    this.messaging = messaging;
    this.server = server;
    this.receiver = receiver;
    this.kind = kind;
    this.prefix = prefix;
    this.raw = raw;
  }

  /**
   * A write like any other. It names a key, so that a cluster's messages on one channel all take
   * the same way and stay in order.
   */
  @Override
  public long publish(String channel, byte[] payload) {
    io.zeal.pubsub.spi.Names.requireChannel(channel);
    io.zeal.pubsub.spi.Names.requirePayload(payload, PAYLOAD_BYTES);
    messaging.requireOpen();
    Topic topic = new Topic(kind, prefix + channel);
    byte[] name = Names.bytes(topic.name());
    Command command = Command.named(kind.publish()).add(name).add(payload.clone()).build();
    Reply reply = server.execute(Request.write(command, name));
    Long receivers = Errors.answer(reply, ChannelListener.what(topic), true).whole();
    messaging.published();
    return receivers == null ? 0 : receivers;
  }

  @Override
  public Subscription subscribe(
      String channel, SubscribeOptions options, Consumer<? super Message> handler) {
    io.zeal.pubsub.spi.Names.requireChannel(channel);
    Topic topic = new Topic(kind, prefix + channel);
    return subscribe(Mailbox::open, topic, channel, null, options, handler);
  }

  /** As {@link #subscribe}, for a handler that may run in the thread that reads the connection. */
  Subscription listen(
      String channel, SubscribeOptions options, Consumer<? super Message> listener) {
    io.zeal.pubsub.spi.Names.requireChannel(channel);
    Topic topic = new Topic(kind, prefix + channel);
    return subscribe(Mailbox::openWithoutHop, topic, channel, null, options, listener);
  }

  @Override
  public Subscription subscribePattern(
      String pattern, SubscribeOptions options, Consumer<? super Message> handler) {
    Glob glob = Glob.of(pattern);
    if (kind == Topic.Kind.SHARDED) {
      throw new UnsupportedCapabilityException(
          Capability.PUB_SUB,
          "Pattern "
              + Texts.quote(pattern)
              + ": sharded channels have no patterns. Set "
              + RedisSettings.SHARDED_CHANNELS.key()
              + "=false, in every process, or subscribe to each channel.");
    }
    return subscribe(
        Mailbox::open,
        new Topic(Topic.Kind.PATTERN, ServerPattern.of(prefix, glob)),
        pattern,
        glob,
        options,
        handler);
  }

  private Subscription subscribe(
      Opening opening,
      Topic topic,
      String name,
      @Nullable Glob filter,
      SubscribeOptions options,
      Consumer<? super Message> handler) {
    messaging.requireOpen();
    long deadline = server.deadline();
    AtomicReference<@Nullable Route> found = new AtomicReference<>();
    Mailbox mailbox =
        messaging.open(
            opening,
            name,
            options,
            handler,
            () -> {
              Route route = found.get();
              if (route != null) {
                receiver.remove(route);
              }
            });
    Route route = new Route(topic, mailbox, prefix, filter);
    found.set(route);
    boolean whole = false;
    try {
      receiver.add(route);
      await(route, deadline);
      whole = true;
      return mailbox;
    } finally {
      if (!whole) {
        mailbox.close();
      }
    }
  }

  private void await(Route route, long deadline) {
    String what = ChannelListener.what(route.topic);
    try {
      route.inForce.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LinkException trouble = receiver.trouble();
      throw Errors.of(
          trouble == null
              ? new LinkException(Kind.REPLY_TIMEOUT, "the server did not confirm it in time", e)
              : trouble,
          what);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationInterruptedException(
          what + ": interrupted before it was in force; nothing is left of it.", null, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ZealException error ? error : new IllegalStateException(e);
    }
  }

  @Override
  public PubSub raw() {
    return raw == null ? this : raw;
  }
}
