package io.zeal.selftest;

import io.zeal.Ack;
import io.zeal.Capability;
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
import io.zeal.ZealClosedException;
import io.zeal.pubsub.InProcessMessagingProvider;
import io.zeal.pubsub.spi.Endable;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Messaging;
import io.zeal.spi.Setting;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/** Messages of {@code zeal-pubsub} that the instances of one test share, as they do a server's. */
final class SharedMessages {

  static final Set<Capability> CAPABILITIES = new InProcessMessagingProvider().capabilities();
  static final Map<String, Long> LIMITS = new InProcessMessagingProvider().limits();

  private final Messaging shared;

  SharedMessages(InstantSource clock) {
    Executor threads = task -> Thread.ofVirtual().start(task);
    shared = new InProcessMessagingProvider().open(context(clock, threads));
  }

  private static BackendContext context(InstantSource clock, Executor executor) {
    return (BackendContext)
        Proxy.newProxyInstance(
            SharedMessages.class.getClassLoader(),
            new Class<?>[] {BackendContext.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "clock" -> clock;
                  case "executor" -> executor;
                  case "setting" -> ((Setting<?>) args[0]).defaultValue().orElseThrow();
                  default -> throw new UnsupportedOperationException(method.toString());
                });
  }

  Handle handle() {
    return new Handle();
  }

  /** What one instance has of them; closing it ends its own subscriptions. */
  final class Handle implements Messaging {

    private final Set<Subscription> mine = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    @Override
    public PubSub pubSub() {
      return new Channels(shared.pubSub());
    }

    @Override
    public ReliablePubSub reliablePubSub() {
      return new Streams(shared.reliablePubSub());
    }

    private void requireOpen() {
      if (closed) {
        throw new ZealClosedException("The messages of this instance are closed.");
      }
    }

    private Subscription own(Subscription subscription) {
      mine.add(subscription);
      return subscription;
    }

    @Override
    public Stats stats() {
      return shared.stats();
    }

    @Override
    public List<Finding> inspect() {
      return List.of();
    }

    @Override
    public void close() {
      closed = true;
      mine.forEach(one -> ((Endable) one).endAndGiveUpCaller());
      mine.forEach(Subscription::close);
    }

    private final class Channels implements PubSub {
      private final PubSub real;

      Channels(PubSub real) {
        this.real = real;
      }

      @Override
      public long publish(String channel, byte[] payload) {
        requireOpen();
        return real.publish(channel, payload);
      }

      @Override
      public Subscription subscribe(
          String channel, SubscribeOptions options, Consumer<? super Message> handler) {
        requireOpen();
        return own(real.subscribe(channel, options, handler));
      }

      @Override
      public Subscription subscribePattern(
          String pattern, SubscribeOptions options, Consumer<? super Message> handler) {
        requireOpen();
        return own(real.subscribePattern(pattern, options, handler));
      }

      @Override
      public PubSub raw() {
        requireOpen();
        return new Channels(real.raw());
      }
    }

    private final class Streams implements ReliablePubSub {
      private final ReliablePubSub real;

      Streams(ReliablePubSub real) {
        this.real = real;
      }

      @Override
      public String publish(String stream, byte[] payload, PublishOptions options) {
        requireOpen();
        return real.publish(stream, payload, options);
      }

      @Override
      public List<String> publishAll(String stream, List<byte[]> payloads, PublishOptions options) {
        requireOpen();
        return real.publishAll(stream, payloads, options);
      }

      @Override
      public Subscription consume(
          String stream, String group, ConsumeOptions options, Function<Delivery, Ack> handler) {
        requireOpen();
        return own(real.consume(stream, group, options, handler));
      }

      @Override
      public Stats stats(String stream, String group) {
        requireOpen();
        return real.stats(stream, group);
      }

      @Override
      public List<DeadLetter> deadLetters(String stream, String group, String after, int limit) {
        requireOpen();
        return real.deadLetters(stream, group, after, limit);
      }

      @Override
      public boolean removeDeadLetter(String stream, String group, String id) {
        requireOpen();
        return real.removeDeadLetter(stream, group, id);
      }

      @Override
      public boolean removeGroup(String stream, String group) {
        requireOpen();
        return real.removeGroup(stream, group);
      }
    }
  }
}
