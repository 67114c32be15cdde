package io.zeal.testkit;

import io.zeal.Message;
import io.zeal.PubSub;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import io.zeal.spi.Texts;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Publish and subscribe that meets what is switched on at a {@link Chaos}: publications fail as
 * calls do, messages are lost, doubled, late or in another order between the backend and each
 * subscriber. While nothing is switched on, what it is around.
 *
 * <p>Applications have it by handing a {@link Chaos} in; this is for tests that have a {@code
 * PubSub} in their hands.
 */
public final class ChaosPubSub implements PubSub {

  private final PubSub delegate;
  private final Calls calls;
  private final Lines lines;

  /** Around {@code pubSub}. */
  public ChaosPubSub(PubSub pubSub, Chaos chaos) {
    this(
        pubSub,
        new Calls(chaos, "Messages", chaos.nextPlace()),
        new Lines(chaos, task -> Thread.ofVirtual().name("zeal-chaos").start(task)));
  }

  ChaosPubSub(PubSub delegate, Calls calls, Lines lines) {
    this.delegate = delegate;
    this.calls = calls;
    this.lines = lines;
  }

  @Override
  public long publish(String channel, byte[] payload) {
    return calls.change("publish", channel, () -> delegate.publish(channel, payload));
  }

  @Override
  public Subscription subscribe(
      String channel, SubscribeOptions options, Consumer<? super Message> handler) {
    return subscribed(
        calls,
        lines,
        "subscribe",
        channel,
        new MessageLine.Ends(options, handler, true),
        line -> delegate.subscribe(channel, options.withOnGap(line::gap), line::arrive));
  }

  @Override
  public Subscription subscribePattern(
      String pattern, SubscribeOptions options, Consumer<? super Message> handler) {
    return subscribed(
        calls,
        lines,
        "subscribePattern",
        pattern,
        new MessageLine.Ends(options, handler, true),
        line -> delegate.subscribePattern(pattern, options.withOnGap(line::gap), line::arrive));
  }

  @Override
  public PubSub raw() {
    return new ChaosPubSub(delegate.raw(), calls.of("Messages", "raw"), lines);
  }

  static Subscription subscribed(
      Calls calls,
      Lines lines,
      String operation,
      String topic,
      MessageLine.Ends ends,
      Function<MessageLine, Subscription> subscribing) {
    long stream = Draws.stream(calls.stream(), "to:" + operation + ":" + topic);
    long ordinal = calls.chaos().draws().next(stream);
    MessageLine line = new MessageLine(lines, ends, Draws.stream(stream, Long.toString(ordinal)));
    return lines.open(
        line, calls, operation + " " + Texts.quote(topic), () -> subscribing.apply(line));
  }
}
