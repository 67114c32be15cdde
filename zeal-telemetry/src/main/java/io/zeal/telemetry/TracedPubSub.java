package io.zeal.telemetry;

import io.zeal.Message;
import io.zeal.PubSub;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import java.util.Objects;
import java.util.function.Consumer;

/** Publish and subscribe with spans. */
record TracedPubSub(PubSub delegate, MessageSpans spans) implements PubSub {

  @Override
  public long publish(String channel, byte[] payload) {
    return spans.publish(() -> delegate.publish(channel, payload));
  }

  @Override
  public Subscription subscribe(
      String channel, SubscribeOptions options, Consumer<? super Message> handler) {
    return delegate.subscribe(channel, options, traced(handler));
  }

  @Override
  public Subscription subscribePattern(
      String pattern, SubscribeOptions options, Consumer<? super Message> handler) {
    return delegate.subscribePattern(pattern, options, traced(handler));
  }

  private Consumer<Message> traced(Consumer<? super Message> handler) {
    Objects.requireNonNull(handler, "handler");
    return message -> {
      var _ =
          spans.process(() -> {
            handler.accept(message);
            return true;
          });
    };
  }

  @Override
  public PubSub raw() {
    return new TracedPubSub(delegate.raw(), spans);
  }
}
