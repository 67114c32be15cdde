package io.zeal.pubsub;

import io.zeal.Finding;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import io.zeal.pubsub.spi.Subscriptions;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Messaging;
import io.zeal.spi.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The messages inside one process: those of one {@link io.zeal.Zeal} instance. */
final class InProcessMessaging implements Messaging {

  static final Setting<Duration> TIMEOUT =
      Setting.duration("zeal.pubsub.timeout").withDefault(Duration.ofSeconds(2));

  /** The longest payload: as long as the longest column of a store. */
  static final int PAYLOAD_BYTES = io.zeal.Column.LARGEST;

  private final Subscriptions subscriptions = new Subscriptions();
  private final Subscriptions consumers = Subscriptions.ofConsumers();
  private final InProcessPubSub pubSub;
  private final InProcessStreams streams;

  InProcessMessaging(BackendContext context) {
    this.pubSub = new InProcessPubSub(subscriptions, context.executor(), context.setting(TIMEOUT));
    this.streams = new InProcessStreams(consumers, context);
  }

  @Override
  public PubSub pubSub() {
    return pubSub;
  }

  @Override
  public ReliablePubSub reliablePubSub() {
    return streams;
  }

  @Override
  public Stats stats() {
    return new Stats(
        "messages", Map.of(), Map.of("pubsub", pubSub.stats(), "reliable", streams.stats()));
  }

  @Override
  public List<Finding> inspect() {
    return List.of();
  }

  @Override
  public void close() {
    Subscriptions.closeAll(subscriptions, consumers);
  }
}
