package io.zeal.redis;

import io.zeal.Capability;
import io.zeal.Finding;
import io.zeal.Message;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import io.zeal.SubscribeOptions;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.pubsub.spi.Mailbox;
import io.zeal.pubsub.spi.Subscriptions;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.RedisLink;
import io.zeal.spi.Messaging;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** The messages of the backend {@code redis}: one connection that listens, whoever subscribes. */
final class RedisMessaging implements Messaging {

  private final Executor executor;
  private final Subscriptions subscriptions = new Subscriptions();
  private final ChannelListener listener;
  private final RedisPubSub pubSub;
  private final RedisPubSub raw;
  private final LongAdder published = new LongAdder();

  RedisMessaging(Server server, Names names, Executor executor, Duration timeout) {
    this.executor = executor;
    this.listener =
        new ChannelListener(
            new ChannelListener.Connector() {
              @Override
              public RedisLink connect(boolean again, long deadline) throws LinkException {
                return server.listen(again, deadline);
              }

              @Override
              public void look() {
                server.look();
              }
            },
            ChannelListener.Shards.NONE,
            executor,
            timeout);
    this.pubSub = new RedisPubSub(this, server, names.channels());
    this.raw = new RedisPubSub(this, server, "");
  }

  @Override
  public PubSub pubSub() {
    return pubSub;
  }

  RedisPubSub rawPubSub() {
    return raw;
  }

  ChannelListener listener() {
    return listener;
  }

  void requireOpen() {
    subscriptions.requireOpen();
  }

  void published() {
    published.increment();
  }

  /** A mailbox that ends with the messages; {@code leave} is called when it ends. */
  Mailbox open(
      String name, SubscribeOptions options, Consumer<? super Message> handler, Runnable leave) {
    return subscriptions.add(
        Mailbox.open(
            name,
            options,
            handler,
            executor,
            closed -> {
              leave.run();
              subscriptions.remove(closed);
            }));
  }

  @Override
  public ReliablePubSub reliablePubSub() {
    throw new UnsupportedCapabilityException(
        Capability.RELIABLE_PUB_SUB, "Backend 'redis' has no RELIABLE_PUB_SUB yet.");
  }

  @Override
  public Stats stats() {
    Map<String, Long> numbers = new HashMap<>(subscriptions.numbers());
    numbers.put("published", published.sum());
    numbers.put("reconnections", listener.reconnections());
    return new Stats("messages", Map.of(), Map.of("pubsub", Stats.of("pubsub", numbers)));
  }

  @Override
  public List<Finding> inspect() {
    LinkException trouble = listener.trouble();
    long lost = listener.lost();
    return lost == 0
        ? List.of()
        : List.of(
            new Finding(
                "ZEAL-F304",
                Finding.Severity.WARNING,
                lost
                    + " subscriptions receive nothing at the moment"
                    + (trouble == null ? "" : ": " + trouble.getMessage()),
                "See that the server can be reached and the user may subscribe; they come back by"
                    + " themselves, with a gap."));
  }

  @Override
  public void close() {
    subscriptions.close();
    listener.close();
  }
}
