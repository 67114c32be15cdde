package io.zeal.redis;

import io.zeal.Finding;
import io.zeal.Message;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import io.zeal.pubsub.spi.Mailbox;
import io.zeal.pubsub.spi.Subscriptions;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.RedisLink;
import io.zeal.spi.Messaging;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of the backend {@code redis}. Has neither thread nor connection until it is used.
 */
final class RedisMessaging implements Messaging {

  private final Executor executor;
  private final @Nullable SocketThreads threads; // null where nobody waits in a socket
  private final Subscriptions subscriptions = new Subscriptions();

  /** One, or a second one for sharded channels. */
  private final List<Receiver> receivers;

  private final RedisPubSub pubSub;
  private final Subscriptions consumers = Subscriptions.ofConsumers();
  private final RedisReliablePubSub reliable;
  private final boolean sharded;
  private final LongAdder published = new LongAdder();

  /**
   * @param blocking whether connections of the driver are read by who waits
   * @param sharded whether the channels under the prefix are sharded ones; raw ones never are,
   *     since who else uses them may not know
   */
  RedisMessaging(
      Server server,
      Names names,
      Executor executor,
      Duration timeout,
      boolean sharded,
      boolean blocking) {
    this.executor = executor;
    this.threads = blocking ? new SocketThreads(executor) : null;
    Executor waiting = threads == null ? executor : threads;
    this.sharded = sharded;
    Receiver all =
        new ChannelListener(
            toAnyNode(server), ChannelListener.Shards.NONE, waiting, executor, timeout);
    RedisPubSub raw = new RedisPubSub(this, server, all, Topic.Kind.CHANNEL, "", null);
    Receiver own = sharded ? new ShardReceiver(server, waiting, executor, timeout) : all;
    Topic.Kind kind = sharded ? Topic.Kind.SHARDED : Topic.Kind.CHANNEL;
    this.receivers = sharded ? List.of(all, own) : List.of(all);
    this.pubSub = new RedisPubSub(this, server, own, kind, names.channels(), raw);
    this.reliable = new RedisReliablePubSub(server, names, waiting, executor, timeout, consumers);
  }

  private static ChannelListener.Connector toAnyNode(Server server) {
    return new ChannelListener.Connector() {
      @Override
      public RedisLink connect(boolean again, long deadline) throws LinkException {
        return server.listen(again, deadline);
      }

      @Override
      public void look() {
        server.look();
      }
    };
  }

  @Override
  public PubSub pubSub() {
    return pubSub;
  }

  /** Whether the channels under the prefix are sharded ones. */
  boolean isSharded() {
    return sharded;
  }

  void requireOpen() {
    subscriptions.requireOpen();
  }

  void published() {
    published.increment();
  }

  @Override
  public Subscription listen(String channel, Runnable onGap, Consumer<? super Message> listener) {
    return pubSub.listen(channel, LISTENING.withOnGap(onGap), listener);
  }

  /** How a mailbox is opened. */
  @FunctionalInterface
  interface Opening {
    Mailbox open(
        String name,
        SubscribeOptions options,
        Consumer<? super Message> handler,
        Executor executor,
        Consumer<Mailbox> leave);
  }

  /** A mailbox that ends with the messages; {@code leave} is called when it ends. */
  Mailbox open(
      Opening opening,
      String name,
      SubscribeOptions options,
      Consumer<? super Message> handler,
      Runnable leave) {
    return subscriptions.add(
        opening.open(
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
    return reliable;
  }

  @Override
  public Stats stats() {
    Map<String, Long> numbers = new HashMap<>(subscriptions.numbers());
    numbers.put("published", published.sum());
    numbers.put("reconnections", receivers.stream().mapToLong(Receiver::reconnections).sum());
    return new Stats(
        "messages",
        Map.of(),
        Map.of("pubsub", Stats.of("pubsub", numbers), "reliable", reliable.stats()));
  }

  @Override
  public List<Finding> inspect() {
    List<Finding> findings = new ArrayList<>();
    receivers.forEach(receiver -> finding(receiver).ifPresent(findings::add));
    findings.addAll(reliable.inspect());
    return findings;
  }

  /** Whether reliable messages were published or consumed here. */
  boolean usesStreams() {
    return reliable.isUsed();
  }

  /** Whether something was published on a channel here. */
  boolean usesChannels() {
    return published.sum() > 0;
  }

  private static Optional<Finding> finding(Receiver receiver) {
    long lost = receiver.lost();
    LinkException trouble = receiver.trouble();
    return lost == 0
        ? Optional.empty()
        : Optional.of(
            new Finding(
                "ZEAL-F304",
                Finding.Severity.WARNING,
                lost
                    + " subscriptions receive nothing at the moment"
                    + (trouble == null ? "" : ": " + trouble.getMessage()),
                "See that the server can be reached and the user may subscribe; they come back by"
                    + " themselves, with a gap."));
  }

  /**
   * What is to be closed when nobody needs a thread any more; null where there is nothing. Later
   * than this: a consumption that begins just now is refused, and needs them to leave.
   */
  @Nullable SocketThreads threads() {
    return threads;
  }

  @Override
  public void close() {
    try {
      Subscriptions.closeAll(subscriptions, consumers);
    } finally {
      receivers.forEach(Receiver::close);
    }
  }
}
