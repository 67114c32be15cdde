package io.zeal.benchmarks.messages;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Pace;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import java.util.List;
import org.openjdk.jmh.infra.Blackhole;

/** How long is one message on its way, from the call that publishes it to its handler? */
public record PublishToHandlerBenchmark(Driver driver) implements Benchmark {

  @Override
  public String area() {
    return MessagesBenchmarks.AREA;
  }

  @Override
  public String name() {
    return "PublishToHandler-" + driver;
  }

  @Override
  public String work() {
    return "publish to handler over Redis, p50";
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
    return List.of(Setting.ofMessages(1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.demanded(driver.client, 1.2));
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        candidate(driver.zeal(), arrivals -> Client.zeal(driver, arrivals)),
        client(driver.client, driver),
        candidate(Client.REDISSON, Client::redisson));
  }

  /** The client below a driver, used directly. */
  public static Candidate client(String name, Driver driver) {
    return candidate(
        name,
        switch (driver) {
          case LETTUCE -> Client::lettuce;
          case JEDIS -> Client::jedis;
        });
  }

  private static Candidate candidate(String name, Connecting connecting) {
    return new Candidate(
        name,
        setting -> {
          Arrivals arrivals = new Arrivals();
          return new OnItsWay(connecting.with(arrivals), arrivals);
        });
  }

  private interface Connecting {
    Client with(Arrivals arrivals) throws Exception;
  }

  /** The clock is read by the handler; waking up whoever waits for it is not measured. */
  private record OnItsWay(Client client, Arrivals arrivals) implements Subject {

    @Override
    public void run(Picks picks, int count, Blackhole sink) {
      for (int i = 0; i < count; i++) {
        long _ = nanosOfOne(picks, sink);
      }
    }

    @Override
    public long nanosOfOne(Picks picks, Blackhole sink) {
      arrivals.expect(1);
      long before = System.nanoTime();
      client.publish(Payload.bytes());
      return arrivals.await() - before;
    }

    @Override
    public void close() throws Exception {
      client.close();
    }
  }
}
