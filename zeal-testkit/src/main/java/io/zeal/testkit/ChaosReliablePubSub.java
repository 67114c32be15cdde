package io.zeal.testkit;

import io.zeal.Ack;
import io.zeal.ConsumeOptions;
import io.zeal.DeadLetter;
import io.zeal.Delivery;
import io.zeal.PublishOptions;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import io.zeal.Subscription;
import io.zeal.spi.Texts;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Reliable messages that meet what is switched on. None is lost. */
record ChaosReliablePubSub(ReliablePubSub delegate, Calls calls, Lines lines)
    implements ReliablePubSub {

  @Override
  public String publish(String stream, byte[] payload, PublishOptions options) {
    return calls.change(
        "publish to stream", stream, () -> delegate.publish(stream, payload, options));
  }

  @Override
  public List<String> publishAll(String stream, List<byte[]> payloads, PublishOptions options) {
    return calls.change(
        "publishAll to stream", stream, () -> delegate.publishAll(stream, payloads, options));
  }

  @Override
  public Subscription consume(
      String stream, String group, ConsumeOptions options, Function<Delivery, Ack> handler) {
    Objects.requireNonNull(handler, "handler");
    long place = Draws.stream(Draws.stream(calls.stream(), "of:" + stream), group);
    long ordinal = calls.chaos().draws().next(place);
    ConsumerLine line =
        new ConsumerLine(lines, options, handler, Draws.stream(place, Long.toString(ordinal)));
    return lines.open(
        line,
        calls,
        "consume " + Texts.quote(stream),
        () -> delegate.consume(stream, group, options, line::deliver));
  }

  @Override
  public Stats stats(String stream, String group) {
    return calls.read("stats of a group", group, () -> delegate.stats(stream, group));
  }

  @Override
  public List<DeadLetter> deadLetters(String stream, String group, String after, int limit) {
    return calls.read(
        "deadLetters", group, () -> delegate.deadLetters(stream, group, after, limit));
  }

  @Override
  public boolean removeDeadLetter(String stream, String group, String id) {
    return calls.change(
        "removeDeadLetter", group, () -> delegate.removeDeadLetter(stream, group, id));
  }

  @Override
  public boolean removeGroup(String stream, String group) {
    return calls.change("removeGroup", group, () -> delegate.removeGroup(stream, group));
  }
}
