package io.zeal.pubsub;

import io.zeal.Message;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.PubSub;
import io.zeal.Stats;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import io.zeal.pubsub.spi.Glob;
import io.zeal.pubsub.spi.Mailbox;
import io.zeal.pubsub.spi.Names;
import io.zeal.pubsub.spi.Subscriptions;
import io.zeal.pubsub.spi.Topics;
import io.zeal.spi.Texts;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Publish and subscribe inside one process. The publisher's own thread hands each message to every
 * subscription that wants it, so that there is nothing in between that could fail: the number of
 * receivers is exact.
 */
final class InProcessPubSub implements PubSub {

  private final Subscriptions subscriptions;
  private final Executor executor;
  private final Duration timeout;
  private final Topics topics = new Topics();
  private final LongAdder published = new LongAdder();

  InProcessPubSub(Subscriptions subscriptions, Executor executor, Duration timeout) {
    this.subscriptions = subscriptions;
    this.executor = executor;
    this.timeout = timeout;
  }

  @Override
  public long publish(String channel, byte[] payload) {
    Names.requireChannel(channel);
    Names.requirePayload(payload, InProcessMessaging.PAYLOAD_BYTES);
    subscriptions.requireOpen();
    List<Mailbox> receivers = topics.receivers(channel);
    published.increment();
    return switch (receivers.size()) {
      case 0 -> 0;
      case 1 -> hand(channel, payload, receivers.getFirst());
      default -> new Round(channel, payload).over(receivers);
    };
  }

  /**
   * To the only one: what a round keeps account of is not needed, and takes a third of the time.
   */
  private long hand(String channel, byte[] payload, Mailbox mailbox) {
    try {
      return switch (mailbox.deliver(new Message(channel, payload.clone()), timeout)) {
        case TAKEN, DROPPED -> 1;
        case TIMED_OUT -> throw timedOut(channel, 1, 1);
        case CLOSED -> 0;
      };
    } catch (InterruptedException e) {
      throw interrupted(channel, e);
    }
  }

  /** One message on its way to all who want it. */
  private final class Round {

    private final String channel;
    private final byte[] payload;
    private long endNanos; // 0 until somebody could have to be waited for
    private long reached;
    private long timedOut;

    Round(String channel, byte[] payload) {
      this.channel = channel;
      this.payload = payload;
    }

    /**
     * Hands it to all of them, whatever becomes of one: who has no room when the time is over
     * misses the message, and all others have it.
     */
    long over(List<Mailbox> receivers) {
      for (int i = 0; i < receivers.size(); i++) {
        try {
          hand(receivers.get(i), left(receivers.get(i)));
        } catch (InterruptedException e) {
          handWithoutWaiting(receivers.subList(i + 1, receivers.size()), e);
          throw interrupted(channel, e);
        }
      }
      if (timedOut > 0) {
        throw timedOut(channel, timedOut, receivers.size());
      }
      return reached;
    }

    private void hand(Mailbox mailbox, Duration patience) throws InterruptedException {
      switch (mailbox.deliver(new Message(channel, payload.clone()), patience)) {
        case TAKEN, DROPPED -> reached++;
        case TIMED_OUT -> timedOut++;
        case CLOSED -> {}
      }
    }

    /** How long to wait; all waits together are one timeout. The clock is read if it matters. */
    private Duration left(Mailbox mailbox) {
      if (mailbox.options().whenFull() != SubscribeOptions.WhenFull.BLOCK) {
        return timeout;
      }
      if (endNanos == 0) {
        endNanos = System.nanoTime() + timeout.toNanos();
      }
      return Duration.ofNanos(endNanos - System.nanoTime());
    }

    private void handWithoutWaiting(List<Mailbox> rest, InterruptedException cause) {
      for (Mailbox mailbox : rest) {
        try {
          hand(mailbox, Duration.ZERO);
        } catch (InterruptedException e) {
          cause.addSuppressed(e); // who does not wait is not interrupted
        }
      }
    }
  }

  private OperationTimeoutException timedOut(String channel, long missing, int receivers) {
    return new OperationTimeoutException(
        OperationTimeoutException.Stage.QUEUE,
        "Publishing on channel "
            + Texts.quote(channel)
            + ": "
            + missing
            + " of "
            + receivers
            + " subscriptions had no room for "
            + timeout.toMillis()
            + " ms (WhenFull.BLOCK), or are handled by the very thread that publishes; they missed"
            + " the message, the others have it. Make the handlers faster or their queues longer,"
            + " choose another WhenFull, or raise "
            + InProcessMessaging.TIMEOUT.key()
            + ".",
        Outcome.UNKNOWN,
        null);
  }

  private static OperationInterruptedException interrupted(
      String channel, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new OperationInterruptedException(
        "Interrupted while publishing on channel "
            + Texts.quote(channel)
            + ": a subscription whose queue is full missed the message, others have it.",
        Outcome.UNKNOWN,
        cause);
  }

  @Override
  public Subscription subscribe(
      String channel, SubscribeOptions options, Consumer<? super Message> handler) {
    Names.requireChannel(channel);
    subscriptions.requireOpen();
    Mailbox mailbox =
        Mailbox.open(
            channel,
            options,
            handler,
            executor,
            closed -> {
              topics.remove(channel, closed);
              subscriptions.remove(closed);
            });
    subscriptions.add(mailbox);
    topics.add(channel, mailbox);
    return settled(mailbox, () -> topics.remove(channel, mailbox));
  }

  @Override
  public Subscription subscribePattern(
      String pattern, SubscribeOptions options, Consumer<? super Message> handler) {
    Glob glob = Glob.of(pattern);
    subscriptions.requireOpen();
    Mailbox mailbox =
        Mailbox.open(
            pattern,
            options,
            handler,
            executor,
            closed -> {
              topics.remove(glob, closed);
              subscriptions.remove(closed);
            });
    subscriptions.add(mailbox);
    topics.add(glob, mailbox);
    return settled(mailbox, () -> topics.remove(glob, mailbox));
  }

  /** Whoever closed everything between our two steps did not find the mailbox among the topics. */
  private static Subscription settled(Mailbox mailbox, Runnable remove) {
    if (!mailbox.isActive()) {
      remove.run();
    }
    return mailbox;
  }

  @Override
  public PubSub raw() {
    return this;
  }

  Stats stats() {
    Map<String, Long> numbers = new HashMap<>(subscriptions.numbers());
    numbers.put("published", published.sum());
    return Stats.of("pubsub", numbers);
  }
}
