package io.zeal.telemetry;

import io.zeal.Finding;
import io.zeal.Message;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import io.zeal.Subscription;
import io.zeal.spi.Messaging;
import java.util.List;
import java.util.function.Consumer;

/** Messages with spans, but for what a backend hears of changes: that is nobody's call. */
record TracedMessaging(Messaging delegate, MessageSpans spans) implements Messaging {

  @Override
  public PubSub pubSub() {
    return new TracedPubSub(delegate.pubSub(), spans);
  }

  @Override
  public Subscription listen(String channel, Runnable onGap, Consumer<? super Message> listener) {
    return delegate.listen(channel, onGap, listener);
  }

  @Override
  public ReliablePubSub reliablePubSub() {
    return new TracedReliablePubSub(delegate.reliablePubSub(), spans);
  }

  @Override
  public Stats stats() {
    return delegate.stats();
  }

  @Override
  public List<Finding> inspect() {
    return delegate.inspect();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
