package io.zeal.proofs.tiered;

import io.zeal.Schema;
import io.zeal.Stats;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.proofs.process.Lines;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A process that writes its own keys and reads all until it is killed, or ends in peace when a byte
 * comes. Ends when the process that started it does.
 */
public final class Member {

  static final String STORE = "values";

  private static final Schema<Value> SCHEMA = Schema.of(Value.class, MethodHandles.lookup());

  /** What a call of the backend may take. */
  private static final Duration CALL = Duration.ofMillis(1_500);

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration BEGINNING = Duration.ofSeconds(10);
  private static final Duration TICK = Duration.ofMillis(20);
  private static final int READERS = 2;

  private Member() {}

  /** Begins with the plan as its arguments. */
  public static void main(String[] args) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Thread.ofPlatform().daemon().start(() -> awaitByte(over));
    Plan plan = Plan.of(args);
    Lines lines = new Lines(new FileOutputStream(FileDescriptor.out));
    try (Zeal zeal = tryUntilItWorks(() -> Zeal.open(config(plan)))) {
      Store<Value> store = tryUntilItWorks(() -> zeal.store(STORE, SCHEMA));
      awaitLease(zeal, store);
      lines.say(Lines.READY);
      live(plan, store, lines, over);
      numbers(zeal).forEach((name, number) -> lines.say("S", name, number));
    }
    lines.say(Lines.OVER);
    Runtime.getRuntime().halt(0);
  }

  private static void live(Plan plan, Store<Value> store, Lines lines, AtomicBoolean over)
      throws InterruptedException {
    Random random = new Random(plan.seed());
    Own own = new Own();
    List<Thread> threads = new ArrayList<>();
    Reader after = new Reader(plan, store, own, lines, new Random(random.nextLong()));
    Writer writer = new Writer(plan, store, own, after, lines, new Random(random.nextLong()));
    threads.add(start(lines, () -> writer.live(over)));
    for (int i = 0; i < READERS; i++) {
      Reader reader = new Reader(plan, store, own, lines, new Random(random.nextLong()));
      threads.add(start(lines, () -> reader.live(over)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static Thread start(Lines lines, Runnable life) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            life.run();
          } catch (RuntimeException | Error e) {
            lines.wrong(e.toString());
          }
        });
  }

  private static Map<String, Long> numbers(Zeal zeal) {
    Stats stats = zeal.stats();
    for (String part : List.of("backend", "stores", STORE)) {
      stats = stats.parts().getOrDefault(part, Stats.of(part, Map.of()));
    }
    return stats.numbers();
  }

  /** It may begin while the server is away, or its line slow. */
  private static <T> T tryUntilItWorks(Supplier<T> opening) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        return opening.get();
      } catch (ZealException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(TICK.toNanos());
      }
    }
  }

  /**
   * A store listens from its first read on; what is not needed for a promise is not insisted on.
   */
  private static void awaitLease(Zeal zeal, Store<Value> store) {
    long deadline = System.nanoTime() + BEGINNING.toNanos();
    while (numbers(zeal).getOrDefault("leases", 0L) == 0 && System.nanoTime() < deadline) {
      var _ = tryUntilItWorks(() -> store.get("nobody's"));
      LockSupport.parkNanos(TICK.toNanos());
    }
  }

  private static ZealConfig config(Plan plan) {
    ZealConfig.Builder config =
        ZealConfig.builder()
            .set("zeal.backend", "tiered")
            .set("zeal.tiered.heartbeat", plan.heartbeat().toMillis() + "ms")
            .set("zeal.tiered.detection", plan.detection().toMillis() + "ms")
            .set("zeal.tiered.near-ttl", plan.nearTtl().toMillis() + "ms")
            .set("zeal.redis.driver", plan.driver())
            .set("zeal.redis.url", plan.url())
            .set("zeal.redis.buckets", Integer.toString(plan.buckets()))
            .set("zeal.redis.timeout", CALL.toMillis() + "ms");
    if (!plan.secret().equals("-")) {
      config.set("zeal.tiered.secret", plan.secret());
    }
    return config.build();
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
