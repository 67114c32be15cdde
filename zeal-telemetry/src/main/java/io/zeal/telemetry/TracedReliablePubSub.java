package io.zeal.telemetry;

import io.zeal.Ack;
import io.zeal.ConsumeOptions;
import io.zeal.DeadLetter;
import io.zeal.Delivery;
import io.zeal.PublishOptions;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import io.zeal.Subscription;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Reliable messages with spans. */
record TracedReliablePubSub(ReliablePubSub delegate, MessageSpans spans) implements ReliablePubSub {

  @Override
  public String publish(String stream, byte[] payload, PublishOptions options) {
    return spans.publish(stream, 1, () -> delegate.publish(stream, payload, options));
  }

  @Override
  public List<String> publishAll(String stream, List<byte[]> payloads, PublishOptions options) {
    return spans.publish(
        stream, payloads.size(), () -> delegate.publishAll(stream, payloads, options));
  }

  @Override
  public Subscription consume(
      String stream, String group, ConsumeOptions options, Function<Delivery, Ack> handler) {
    Objects.requireNonNull(handler, "handler");
    return delegate.consume(
        stream,
        group,
        options,
        delivery -> spans.process(stream, group, () -> handler.apply(delivery)));
  }

  @Override
  public Stats stats(String stream, String group) {
    return delegate.stats(stream, group);
  }

  @Override
  public List<DeadLetter> deadLetters(String stream, String group, String after, int limit) {
    return delegate.deadLetters(stream, group, after, limit);
  }

  @Override
  public boolean removeDeadLetter(String stream, String group, String id) {
    return delegate.removeDeadLetter(stream, group, id);
  }

  @Override
  public boolean removeGroup(String stream, String group) {
    return delegate.removeGroup(stream, group);
  }
}
