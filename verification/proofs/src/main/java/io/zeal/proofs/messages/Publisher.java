package io.zeal.proofs.messages;

import io.zeal.Outcome;
import io.zeal.PublishOptions;
import io.zeal.PublishOptions.Trim;
import io.zeal.ReliablePubSub;
import io.zeal.ZealException;
import io.zeal.proofs.process.Lines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** What a publishing process does: says of each call that it begins, and how it ended. */
final class Publisher {

  /** Long enough that it is never over within a round. */
  static final Duration LONG_WINDOW = Duration.ofMinutes(5);

  /** So short that it is over again and again. */
  static final Duration SHORT_WINDOW = Duration.ofMillis(250);

  private static final long BATCHES = 200_000;
  private static final long IDS = 400_000;
  private static final long WINDOWS = 600_000;

  private static final int SHORT_IDS = 3;
  private static final int MOST = 2_000;
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(12);

  private final Plan plan;
  private final ReliablePubSub messages;
  private final Lines lines;
  private final AtomicLong calls = new AtomicLong();

  /** How a call ended. */
  private enum Ending {
    CONFIRMED,
    NOTHING_HAPPENED,
    UNKNOWN
  }

  Publisher(Plan plan, ReliablePubSub messages, Lines lines) {
    this.plan = plan;
    this.messages = messages;
    this.lines = lines;
  }

  void live(AtomicBoolean over) throws InterruptedException {
    lines.say(Lines.READY);
    List<Thread> threads = new ArrayList<>();
    if (plan.role() == Plan.Role.PUBLISH) {
      threads.add(Thread.ofVirtual().start(() -> publishSingly(over)));
      threads.add(Thread.ofVirtual().start(() -> publishBatches(over)));
      threads.add(Thread.ofVirtual().start(() -> publishWithIds(over, 1)));
    } else {
      // Two with the same ids, at about the same time.
      threads.add(Thread.ofVirtual().start(() -> publishWithIds(over, 1)));
      threads.add(Thread.ofVirtual().start(() -> publishWithIds(over, 2)));
      threads.add(Thread.ofVirtual().start(() -> publishInWindows(over)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void publishSingly(AtomicBoolean over) {
    Random random = new Random(plan.seed());
    for (long i = 0; i < MOST && !over.get(); i++) {
      long number = plan.first() + i;
      // What certainly did not happen may be tried again, and then there is one of it.
      while (publish(number, "", LONG_WINDOW) == Ending.NOTHING_HAPPENED && !over.get()) {
        pause(random);
      }
      pause(random);
    }
  }

  private void publishBatches(AtomicBoolean over) {
    Random random = new Random(plan.seed() + 1);
    long next = plan.first() + BATCHES;
    for (long i = 0; i < MOST / Content.BLOCK && !over.get(); i++) {
      List<Long> numbers = new ArrayList<>();
      for (int j = 0; j <= random.nextInt(Content.BLOCK); j++) {
        numbers.add(next + j);
      }
      next += Content.BLOCK;
      publishAll(numbers);
      pause(random);
      pause(random);
    }
  }

  private void publishWithIds(AtomicBoolean over, int salt) {
    Random random = new Random(plan.seed() + 10 + salt);
    for (long i = 0; i < MOST && !over.get(); i++) {
      long number = plan.first() + IDS + i;
      String id = "once:" + number;
      int more = random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0;
      for (int confirmed = 0; confirmed <= more && !over.get(); ) {
        if (publish(number, id, LONG_WINDOW) == Ending.CONFIRMED) {
          confirmed++;
        }
        pause(random);
      }
    }
  }

  /** Each call with another payload, under ids that other processes use too. */
  private void publishInWindows(AtomicBoolean over) {
    Random random = new Random(plan.seed() + 20);
    long first = plan.first() + WINDOWS + (long) plan.process() * MOST; // nobody else's, ever
    for (long i = 0; i < MOST && !over.get(); i++) {
      var _ = publish(first + i, "window:" + random.nextInt(SHORT_IDS), SHORT_WINDOW);
      pause(random);
      pause(random);
    }
  }

  private static void pause(Random random) {
    LockSupport.parkNanos(random.nextInt((int) LONGEST_PAUSE.toNanos()));
  }

  private Ending publish(long number, String id, Duration window) {
    PublishOptions options = options(number);
    if (!id.isEmpty()) {
      options = options.withPublisherId(id).withDuplicateWindow(window);
    }
    PublishOptions asked = options;
    return call(
        List.of(number),
        id,
        window,
        () -> List.of(messages.publish(plan.stream(), Content.of(number), asked)));
  }

  private void publishAll(List<Long> numbers) {
    PublishOptions options = options(numbers.getFirst());
    List<byte[]> payloads = numbers.stream().map(Content::of).toList();
    var _ =
        call(numbers, "", LONG_WINDOW, () -> messages.publishAll(plan.stream(), payloads, options));
  }

  private PublishOptions options(long number) {
    PublishOptions options =
        Content.key(number)
            .map(PublishOptions.defaults()::withKey)
            .orElse(PublishOptions.defaults());
    return plan.trimmed() == 0
        ? options
        : options.withMaxMessages(plan.trimmed(), Trim.ACKNOWLEDGED);
  }

  /** A call that answers ids. */
  private interface Call {
    List<String> make();
  }

  private Ending call(List<Long> numbers, String id, Duration window, Call call) {
    long number = calls.incrementAndGet();
    lines.say(
        "B",
        number,
        System.nanoTime(),
        System.currentTimeMillis(),
        id.isEmpty() ? "-" : id,
        window.toMillis(),
        join(numbers));
    long began = System.nanoTime();
    try {
      List<String> ids = call.make();
      lines.say("C", number, System.nanoTime(), join(ids));
      return Ending.CONFIRMED;
    } catch (ZealException e) {
      boolean unknown = e.outcome().filter(Outcome.UNKNOWN::equals).isPresent();
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
      lines.say("U", number, System.nanoTime(), unknown ? "UNKNOWN" : "NOTHING", e.code(), millis);
      return unknown ? Ending.UNKNOWN : Ending.NOTHING_HAPPENED;
    } catch (RuntimeException | Error e) {
      lines.wrong("A publication ended in " + e);
      throw e;
    }
  }

  private static String join(List<?> words) {
    return words.stream().map(Object::toString).collect(Collectors.joining(","));
  }
}
