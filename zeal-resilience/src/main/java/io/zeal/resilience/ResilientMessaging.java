package io.zeal.resilience;

import io.zeal.Ack;
import io.zeal.ConsumeOptions;
import io.zeal.DeadLetter;
import io.zeal.Delivery;
import io.zeal.Finding;
import io.zeal.Message;
import io.zeal.PubSub;
import io.zeal.PublishOptions;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import io.zeal.resilience.Retries.Kind;
import io.zeal.spi.Messaging;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Messages behind a circuit: what is sent goes through it. Subscriptions do not (B4.3): they last,
 * and come back by themselves.
 */
record ResilientMessaging(Messaging delegate, Retries retries) implements Messaging {

  @Override
  public PubSub pubSub() {
    return new Channels(delegate.pubSub(), retries);
  }

  @Override
  public Subscription listen(String channel, Runnable onGap, Consumer<? super Message> listener) {
    return delegate.listen(channel, onGap, listener);
  }

  @Override
  public ReliablePubSub reliablePubSub() {
    return new Streams(delegate.reliablePubSub(), retries);
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

  private record Channels(PubSub delegate, Retries retries) implements PubSub {

    @Override
    public long publish(String channel, byte[] payload) {
      return retries.call(Kind.CHANGE, () -> delegate.publish(channel, payload));
    }

    @Override
    public Subscription subscribe(
        String channel, SubscribeOptions options, Consumer<? super Message> handler) {
      return delegate.subscribe(channel, options, handler);
    }

    @Override
    public Subscription subscribePattern(
        String pattern, SubscribeOptions options, Consumer<? super Message> handler) {
      return delegate.subscribePattern(pattern, options, handler);
    }

    @Override
    public PubSub raw() {
      return new Channels(delegate.raw(), retries);
    }
  }

  private record Streams(ReliablePubSub delegate, Retries retries) implements ReliablePubSub {

    @Override
    public String publish(String stream, byte[] payload, PublishOptions options) {
      return retries.call(Kind.CHANGE, () -> delegate.publish(stream, payload, options));
    }

    @Override
    public List<String> publishAll(String stream, List<byte[]> payloads, PublishOptions options) {
      return retries.callOnMany(
          Kind.CHANGES,
          () -> delegate.publishAll(stream, payloads, options),
          _ -> payloads.isEmpty() ? End.NOTHING : End.ANSWERED);
    }

    @Override
    public Subscription consume(
        String stream, String group, ConsumeOptions options, Function<Delivery, Ack> handler) {
      return delegate.consume(stream, group, options, handler);
    }

    @Override
    public Stats stats(String stream, String group) {
      return retries.call(Kind.READ, () -> delegate.stats(stream, group));
    }

    @Override
    public List<DeadLetter> deadLetters(String stream, String group, String after, int limit) {
      return retries.call(Kind.READ, () -> delegate.deadLetters(stream, group, after, limit));
    }

    @Override
    public boolean removeDeadLetter(String stream, String group, String id) {
      return retries.call(Kind.CHANGE, () -> delegate.removeDeadLetter(stream, group, id));
    }

    @Override
    public boolean removeGroup(String stream, String group) {
      return retries.call(Kind.CHANGES, () -> delegate.removeGroup(stream, group));
    }
  }
}
