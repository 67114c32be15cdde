package io.zeal.benchmarks.messages;

import io.zeal.PubSub;
import io.zeal.SubscribeOptions;
import io.zeal.SubscribeOptions.WhenFull;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;

/** What does publishing add to a bounded queue, where one process talks to itself? */
public final class HandOverBenchmark implements Benchmark {

  private static final String CHANNEL = "events";
  private static final String VIRTUAL = "ArrayBlockingQueue, virtual thread";
  private static final String PLATFORM = "ArrayBlockingQueue, platform thread";

  /** As many as wait for a handler unless told otherwise; who finds it full waits. */
  private static final int WAITING = 1_024;

  @Override
  public String area() {
    return MessagesBenchmarks.AREA;
  }

  @Override
  public String work() {
    return "publish to one handler in this process";
  }

  @Override
  public List<Setting> settings() {
    return List.of(Setting.ofMessages(1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.demanded(VIRTUAL, 1 / 0.5), Goal.demanded(PLATFORM, 1 / 0.5));
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate("Zeal in process", setting -> zeal()),
        new Candidate(VIRTUAL, setting -> queue(Thread.ofVirtual())),
        new Candidate(PLATFORM, setting -> queue(Thread.ofPlatform().daemon())));
  }

  private static Subject zeal() {
    Arrivals arrivals = new Arrivals();
    Zeal zeal = Zeal.open(ZealConfig.builder().set("zeal.backend", "table").build());
    PubSub pubSub = zeal.pubSub();
    var _ =
        pubSub.subscribe(
            CHANNEL,
            SubscribeOptions.defaults().withQueue(WAITING, WhenFull.BLOCK),
            message -> arrivals.one(message.payload()));
    return Subject.of(
        zeal,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(pubSub.publish(CHANNEL, Payload.bytes()));
          }
        });
  }

  /** Nothing but the hand-over: no channel, no copy, no count of receivers. */
  private static Subject queue(Thread.Builder threads) {
    Arrivals arrivals = new Arrivals();
    ArrayBlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(WAITING);
    Thread handler =
        threads.start(() -> {
          try {
            while (true) {
              arrivals.one(queue.take());
            }
          } catch (InterruptedException e) {
            // closed
          }
        });
    return Subject.of(
        handler::interrupt,
        (picks, count, sink) -> {
          try {
            for (int i = 0; i < count; i++) {
              queue.put(Payload.bytes());
            }
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
