package io.zeal.proofs.messages;

import io.zeal.Ack;
import io.zeal.CodecException;
import io.zeal.ConsumeOptions;
import io.zeal.Delivery;
import io.zeal.ErrorCode;
import io.zeal.ReliablePubSub;
import io.zeal.Subscription;
import io.zeal.ZealException;
import io.zeal.proofs.process.Life;
import io.zeal.proofs.process.Lines;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * What a consuming process does: is a member of each group, and says of each delivery that it
 * began, that its claim stands, and what it answers.
 */
final class Consumer {

  /** How a process ends that a message takes with it. */
  static final int KILLED = 137;

  static final Duration RETRY_DELAY = Duration.ofMillis(60);

  private static final Duration TICK = Duration.ofMillis(15);

  private final Plan plan;
  private final ReliablePubSub messages;
  private final Lines lines;
  private final AtomicLong deliveries = new AtomicLong();

  /** A handler that fails as it was meant to. */
  static final class ToldToFailException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ToldToFailException(long number) {
      super("Told to fail: " + number);
    }
  }

  /** Whether it ended as one that a message took with it. */
  static boolean wasTakenByAMessage(Life life) throws IOException {
    return life.endedWith(KILLED)
        && life.lines().stream().anyMatch(line -> line.endsWith(Answer.DIE + " 0"));
  }

  Consumer(Plan plan, ReliablePubSub messages, Lines lines) {
    this.plan = plan;
    this.messages = messages;
    this.lines = lines;
  }

  void live(AtomicBoolean over) {
    Map<Group, Subscription> subscriptions = new EnumMap<>(Group.class);
    for (Group group : Group.values()) {
      subscriptions.put(group, join(group, over));
    }
    lines.say(Lines.READY);
    Random random = new Random(plan.seed());
    Map<Group, Long> gaps = new EnumMap<>(Group.class);
    while (!over.get()) {
      sayGaps(subscriptions, gaps);
      LockSupport.parkNanos(TICK.toNanos());
    }
    sayGaps(subscriptions, gaps);
    boolean oneByOne = random.nextBoolean(); // or by the Zeal, all at the same time
    subscriptions.forEach((group, subscription) -> {
      lines.say("X", group.title(), System.nanoTime());
      if (oneByOne) {
        subscription.close();
        lines.say("Y", group.title(), System.nanoTime());
      }
    });
  }

  /** Tries again: the server may be away. */
  private Subscription join(Group group, AtomicBoolean over) {
    ConsumeOptions options =
        ConsumeOptions.defaults()
            .withConcurrency(group.concurrency(), plan.prefetch())
            .withOrder(group.order())
            .withMaxDeliveries(plan.maxDeliveries())
            .withRetryDelay(plan.delay(RETRY_DELAY))
            .withClaimAfter(plan.claimAfter())
            .withCloseTimeout(plan.closeTimeout());
    while (true) {
      try {
        return messages.consume(
            plan.stream(), group.title(), options, delivery -> handle(group, delivery));
      } catch (ZealException e) {
        if (over.get()) {
          throw e;
        }
        LockSupport.parkNanos(TICK.toNanos());
      }
    }
  }

  private void sayGaps(Map<Group, Subscription> subscriptions, Map<Group, Long> known) {
    subscriptions.forEach((group, subscription) -> {
      Map<String, Long> numbers = subscription.numbers();
      long gaps = numbers.getOrDefault("gaps", 0L);
      if (gaps != known.getOrDefault(group, 0L)) {
        known.put(group, gaps);
        lines.say("G", group.title(), System.nanoTime(), gaps);
      }
    });
  }

  // One delivery

  private Ack handle(Group group, Delivery delivery) {
    long began = System.nanoTime(); // before the claim is asked for: then it stood at this time
    boolean claimed = delivery.isClaimed();
    long number = Content.number(delivery.message().payload());
    long handle = deliveries.incrementAndGet();
    lines.say(
        "H",
        handle,
        group.title(),
        began,
        delivery.id(),
        number,
        delivery.deliveryCount(),
        claimed);
    requireWhole(delivery, number);
    Fate fate = Fate.of(number, group, plan.killers());
    boolean first = delivery.deliveryCount() == 1;
    work(handle, delivery, duration(fate, number, first));
    return switch (fate) {
      case DONE, SLOW -> done(handle, delivery);
      case RETRY_ONCE -> first ? retry(handle, delivery, number) : done(handle, delivery);
      case RETRY_ALWAYS -> retry(handle, delivery, number);
      case THROW_ONCE -> first ? fail(handle, delivery, number) : done(handle, delivery);
      case THROW_ALWAYS -> fail(handle, delivery, number);
      case REJECT -> {
        say(handle, delivery, Answer.REJECT, Duration.ZERO);
        yield Ack.reject(Fate.reason(number));
      }
      case POISON -> {
        say(handle, delivery, Answer.CODEC, Duration.ZERO);
        throw new CodecException(ErrorCode.CODEC, "Told not to read: " + number);
      }
      case KILLER -> {
        say(handle, delivery, Answer.DIE, Duration.ZERO);
        Runtime.getRuntime().halt(KILLED);
        yield Ack.done();
      }
    };
  }

  /** What a handler does at last. */
  enum Answer {
    DONE,
    RETRY,
    THROW,
    REJECT,
    CODEC,
    DIE
  }

  private Ack done(long handle, Delivery delivery) {
    say(handle, delivery, Answer.DONE, Duration.ZERO);
    return Ack.done();
  }

  private Ack retry(long handle, Delivery delivery, long number) {
    Duration delay = plan.delay(Fate.delay(number));
    say(handle, delivery, Answer.RETRY, delay);
    return Ack.retry(delay);
  }

  private Ack fail(long handle, Delivery delivery, long number) {
    say(handle, delivery, Answer.THROW, plan.delay(RETRY_DELAY));
    throw new ToldToFailException(number);
  }

  private void say(long handle, Delivery delivery, Answer answer, Duration delay) {
    long now = System.nanoTime();
    lines.say("A", handle, now, delivery.isClaimed(), answer, delay.toMillis());
  }

  private void requireWhole(Delivery delivery, long number) {
    if (!Arrays.equals(delivery.message().payload(), Content.of(number))) {
      lines.wrong("The payload of " + delivery.id() + " is not what was published as " + number);
    }
    if (!delivery.key().equals(Content.key(number))) {
      lines.wrong("The key of " + delivery.id() + " is " + delivery.key() + ", number " + number);
    }
    if (!delivery.message().channel().equals(plan.stream())) {
      lines.wrong("The stream of " + delivery.id() + " is " + delivery.message().channel());
    }
  }

  /**
   * Some take longer when they come again: so that what the former holder does too late is seen.
   */
  private Duration duration(Fate fate, long number, boolean first) {
    if (fate == Fate.SLOW) {
      return plan.claimAfter().multipliedBy(3).dividedBy(2);
    }
    if (!first && number % 2 == 0) {
      return Duration.ofMillis(50 + number % 350);
    }
    return plan.workMillis() == 0 || number % 4 == 0
        ? Duration.ZERO
        : Duration.ofMillis(number % plan.workMillis());
  }

  /** Takes that long, and says now and then that the claim stands. An interrupt ends it. */
  private void work(long handle, Delivery delivery, Duration duration) {
    long until = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos();
        left > 0 && !Thread.currentThread().isInterrupted();
        left = until - System.nanoTime()) {
      LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
      long now = System.nanoTime();
      if (delivery.isClaimed()) {
        lines.say("K", handle, now);
      }
    }
  }
}
