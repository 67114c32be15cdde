package io.zeal.testkit;

import io.zeal.Finding;
import io.zeal.Message;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import io.zeal.Subscription;
import io.zeal.spi.Messaging;
import java.util.List;
import java.util.function.Consumer;

/** Messages that meet what is switched on. */
record ChaosMessaging(Messaging delegate, Calls calls, Lines lines) implements Messaging {

  @Override
  public PubSub pubSub() {
    return new ChaosPubSub(delegate.pubSub(), calls, lines);
  }

  @Override
  public Subscription listen(String channel, Runnable onGap, Consumer<? super Message> listener) {
    return ChaosPubSub.subscribed(
        calls,
        lines,
        "listen",
        channel,
        new MessageLine.Ends(LISTENING.withOnGap(onGap), listener, false),
        line -> delegate.listen(channel, line::gap, line::arrive));
  }

  @Override
  public ReliablePubSub reliablePubSub() {
    return new ChaosReliablePubSub(delegate.reliablePubSub(), calls, lines);
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
    long from = lines.end();
    delegate.close();
    lines.await(from);
  }
}
