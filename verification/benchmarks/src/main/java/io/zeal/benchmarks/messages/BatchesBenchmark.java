package io.zeal.benchmarks.messages;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Pace;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import io.zeal.benchmarks.messages.Stream.Acknowledging;
import java.util.Collections;
import java.util.List;
import org.openjdk.jmh.infra.Blackhole;

/** How long until reliable messages that are published a hundred at a time have been handled? */
public record BatchesBenchmark(Driver driver) implements Benchmark {

  private static final int BATCH = 100;
  private static final int BATCHES = 50;

  @Override
  public String area() {
    return MessagesBenchmarks.AREA;
  }

  @Override
  public String name() {
    return "Batches-" + driver;
  }

  @Override
  public String work() {
    return "reliable messages in batches of 100, p50 of all handled";
  }

  @Override
  public Timing timing() {
    return Timing.P50;
  }

  @Override
  public Pace pace(Pace usual) {
    return MessagesBenchmarks.pace(usual);
  }

  @Override
  public List<Setting> settings() {
    return List.of(Setting.ofMessages(BATCHES * BATCH));
  }

  /** A ratio of times is one of messages per second turned over. */
  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.demanded(driver.client, 1 / 0.7));
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate(
            driver.zeal(),
            setting -> {
              Arrivals arrivals = new Arrivals();
              return new InBatches(
                  Stream.zeal(driver, Acknowledging.TOGETHER, BATCH, arrivals), arrivals);
            }),
        new Candidate(
            driver.client,
            setting -> {
              Arrivals arrivals = new Arrivals();
              return new InBatches(
                  Stream.direct(driver, Acknowledging.TOGETHER, BATCH, arrivals), arrivals);
            }));
  }

  private record InBatches(Stream stream, Arrivals arrivals) implements Subject {

    @Override
    public void prepare() {
      Stream.trimAll();
    }

    @Override
    public void run(Picks picks, int count, Blackhole sink) {
      List<byte[]> batch = Collections.nCopies(BATCH, Payload.bytes());
      for (int i = 0; i < count; i++) {
        arrivals.expect(BATCHES * BATCH);
        for (int sent = 0; sent < BATCHES; sent++) {
          stream.addAll(batch);
        }
        sink.consume(arrivals.await());
      }
    }

    @Override
    public void close() throws Exception {
      stream.close();
    }
  }
}
