package io.zeal.proofs.messages;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.proofs.process.Lines;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that publishes or consumes until it is killed, or ends in peace when a byte comes. Ends
 * when the process that started it does.
 */
public final class Member {

  /** How many numbers of messages there are for each publishing process. */
  static final long NUMBERS = 1_000_000;

  /** What a call of the backend may take. */
  private static final Duration CALL = Duration.ofMillis(1_500);

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration TICK = Duration.ofMillis(20);

  private Member() {}

  /** Begins with the plan as its arguments. */
  public static void main(String[] args) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Thread.ofPlatform().daemon().start(() -> awaitByte(over));
    Plan plan = Plan.of(args);
    Lines lines = new Lines(new FileOutputStream(FileDescriptor.out));
    Thread.ofVirtual().start(() -> sayWhenStalled(lines));
    try (Zeal zeal = open(plan)) {
      switch (plan.role()) {
        case CONSUME -> new Consumer(plan, zeal.reliablePubSub(), lines).live(over);
        case PUBLISH, REPEAT -> new Publisher(plan, zeal.reliablePubSub(), lines).live(over);
      }
    }
    lines.say(Lines.OVER);
    Runtime.getRuntime().halt(0);
  }

  /** Tries again: it may begin while the server is away. */
  private static Zeal open(Plan plan) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        return open(plan.driver(), plan.url());
      } catch (ZealException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(TICK.toNanos());
      }
    }
  }

  static Zeal open(String driver, String url) {
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.driver", driver)
            .set("zeal.redis.url", url)
            .set("zeal.redis.timeout", CALL.toMillis() + "ms")
            .build());
  }

  /** A process that does not get on is no judge of who was silent. */
  private static void sayWhenStalled(Lines lines) {
    while (true) {
      long began = System.nanoTime();
      LockSupport.parkNanos(TICK.toNanos());
      long now = System.nanoTime();
      long late = TimeUnit.NANOSECONDS.toMillis(now - began) - TICK.toMillis();
      if (late > 5 * TICK.toMillis()) {
        lines.say("L", now, late);
      }
    }
  }

  private static void awaitByte(AtomicBoolean over) {
    try (FileInputStream in = new FileInputStream(FileDescriptor.in)) {
      if (in.read() >= 0) {
        over.set(true);
        var _ = in.read();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }
}
