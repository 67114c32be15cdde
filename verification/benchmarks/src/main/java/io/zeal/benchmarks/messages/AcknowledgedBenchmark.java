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
import java.util.List;
import org.openjdk.jmh.infra.Blackhole;

/**
 * How long until a reliable message was added, handled and acknowledged?
 *
 * <p>Nobody is told when an acknowledgement has been recorded, but a handler that runs one message
 * of a key after another begins the next when it has been. So two messages are published one behind
 * the other, and what is measured ends when the handler of the second begins.
 */
public record AcknowledgedBenchmark(Driver driver) implements Benchmark {

  @Override
  public String area() {
    return MessagesBenchmarks.AREA;
  }

  @Override
  public String name() {
    return "Acknowledged-" + driver;
  }

  @Override
  public String work() {
    return "add, handle, acknowledge, next of the key; p50";
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
    return List.of(Setting.ofMessages(2));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.demanded(driver.client, 1.3));
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate(
            driver.zeal(),
            setting -> {
              Arrivals arrivals = new Arrivals();
              return new OneByOne(
                  Stream.zeal(driver, Acknowledging.EACH, Stream.AHEAD, arrivals), arrivals);
            }),
        new Candidate(
            driver.client,
            setting -> {
              Arrivals arrivals = new Arrivals();
              return new OneByOne(
                  Stream.direct(driver, Acknowledging.EACH, Stream.AHEAD, arrivals), arrivals);
            }));
  }

  private record OneByOne(Stream stream, Arrivals arrivals) implements Subject {

    @Override
    public void prepare() {
      Stream.trimAll();
    }

    @Override
    public void run(Picks picks, int count, Blackhole sink) {
      for (int i = 0; i < count; i++) {
        long _ = nanosOfOne(picks, sink);
      }
    }

    @Override
    public long nanosOfOne(Picks picks, Blackhole sink) {
      arrivals.expect(2);
      long before = System.nanoTime();
      stream.add(Payload.bytes());
      stream.add(Payload.bytes());
      return arrivals.await() - before;
    }

    @Override
    public void close() throws Exception {
      stream.close();
    }
  }
}
