package io.zeal.tck;

import io.zeal.Finding;
import io.zeal.Message;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import io.zeal.spi.Messaging;
import io.zeal.spi.Sequence;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a far level on their way to one instance.
 *
 * <p>All of an instance's subscriptions share one lock, under which handlers are called: so they
 * hear one message at a time, also of those that a test brings.
 */
final class FarMessages {

  private enum Way {
    OPEN,
    LOSING,
    HOLDING
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final List<byte[]> heard = new CopyOnWriteArrayList<>();
  private final List<byte[]> lost = new CopyOnWriteArrayList<>();

  // Not under the lock: a subscription can be closed while a handler takes its time.
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  // Under the lock.
  private final Deque<Runnable> held = new ArrayDeque<>();
  private Way way = Way.OPEN;
  private @Nullable UnaryOperator<byte[]> change;

  /** The messages that the instance heard, in their order. */
  List<byte[]> heard() {
    return heard;
  }

  /** The messages that were lost on the way. */
  List<byte[]> lost() {
    return lost;
  }

  /** What comes from now on is lost. */
  void lose() {
    locked(() -> way = Way.LOSING);
  }

  /** What comes from now on waits. */
  void hold() {
    locked(() -> way = Way.HOLDING);
  }

  /** Nothing more is lost or held; what waits comes first. */
  void pass() {
    locked(() -> {
      way = Way.OPEN;
      bring(held.size());
    });
  }

  /** How many wait. */
  int waiting() {
    lock.lock();
    try {
      return held.size();
    } finally {
      lock.unlock();
    }
  }

  /** Brings the first of those that wait. */
  void bring(int messages) {
    locked(() -> {
      for (int i = 0; i < messages; i++) {
        held.removeFirst().run();
      }
    });
  }

  /** The subscriptions were away and are back: the instance is told of a gap. */
  void cut() {
    locked(() -> listeners.forEach(listener -> listener.gap.run()));
  }

  /** A message that nobody published. */
  void forge(byte[] payload) {
    locked(() -> listeners.forEach(listener -> listener.hear(payload)));
  }

  /**
   * Changes every message from now on that has no more than one number: the next one alone may be
   * another instance's heartbeat, which has one number on a cluster and says nothing here.
   */
  void change(UnaryOperator<byte[]> change) {
    locked(() -> this.change = change);
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  private void come(Listener listener, byte[] payload) {
    locked(() -> {
      byte[] message = changed(payload);
      switch (way) {
        case OPEN -> listener.hear(message);
        case LOSING -> lost.add(message);
        case HOLDING -> held.add(() -> listener.hear(message));
      }
    });
  }

  private byte[] changed(byte[] payload) {
    UnaryOperator<byte[]> changing = change;
    if (changing == null || Sequence.read(payload).size() > 1) {
      return payload;
    }
    return changing.apply(payload);
  }

  Messaging around(Messaging messaging) {
    return new Through(messaging);
  }

  private final class Listener {

    private final String channel;
    private final Runnable gap;
    private final Consumer<? super Message> handler;

    Listener(String channel, Runnable gap, Consumer<? super Message> handler) {
      this.channel = channel;
      this.gap = gap;
      this.handler = handler;
    }

    void hear(byte[] payload) {
      handler.accept(new Message(channel, payload));
      heard.add(payload);
    }
  }

  /** A subscription; once it is closed it is told of nothing more. */
  private final class Listening implements Subscription {

    private final Subscription real;
    private final Listener listener;

    Listening(Subscription real, Listener listener) {
      this.real = real;
      this.listener = listener;
    }

    @Override
    public boolean isActive() {
      return real.isActive();
    }

    @Override
    public Map<String, Long> numbers() {
      return real.numbers();
    }

    @Override
    public void close() {
      listeners.remove(listener);
      real.close();
    }
  }

  private final class Through implements Messaging, PubSub {

    private final Messaging messaging;

    Through(Messaging messaging) {
      this.messaging = messaging;
    }

    @Override
    public PubSub pubSub() {
      return this;
    }

    /** Waits for the lock of this line, which nobody holds who waits for a message. */
    @Override
    public Subscription listen(String channel, Runnable onGap, Consumer<? super Message> handler) {
      Listener listener = new Listener(channel, onGap, handler);
      return heard(
          listener,
          messaging.listen(
              channel, () -> locked(onGap), message -> come(listener, message.payload())));
    }

    /** As {@link #listen}: what stands between may not know of listening. */
    @Override
    public Subscription subscribe(
        String channel, SubscribeOptions options, Consumer<? super Message> handler) {
      Listener listener = new Listener(channel, options.onGap(), handler);
      return heard(
          listener,
          messaging
              .pubSub()
              .subscribe(
                  channel,
                  options.withOnGap(() -> locked(listener.gap)),
                  message -> come(listener, message.payload())));
    }

    private Subscription heard(Listener listener, Subscription real) {
      locked(() -> listeners.add(listener)); // a test may cut what is in force
      return new Listening(real, listener);
    }

    @Override
    public long publish(String channel, byte[] payload) {
      return messaging.pubSub().publish(channel, payload);
    }

    @Override
    public Subscription subscribePattern(
        String pattern, SubscribeOptions options, Consumer<? super Message> handler) {
      return messaging.pubSub().subscribePattern(pattern, options, handler);
    }

    @Override
    public PubSub raw() {
      return messaging.pubSub().raw();
    }

    @Override
    public ReliablePubSub reliablePubSub() {
      return messaging.reliablePubSub();
    }

    @Override
    public Stats stats() {
      return messaging.stats();
    }

    @Override
    public List<Finding> inspect() {
      return messaging.inspect();
    }

    @Override
    public void close() {
      listeners.clear();
      messaging.close();
    }
  }
}
