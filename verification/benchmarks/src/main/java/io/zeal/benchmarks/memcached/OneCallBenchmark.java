package io.zeal.benchmarks.memcached;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Timing;
import java.util.List;

/** What does Zeal add to the nearest single command of the clients? */
public record OneCallBenchmark(Call call, Protocol protocol) implements Benchmark {

  @Override
  public String area() {
    return MemcachedBenchmarks.AREA;
  }

  @Override
  public String name() {
    return "OneCall-" + call + "-" + protocol;
  }

  @Override
  public String work() {
    return call.work + ", p50";
  }

  @Override
  public List<String> jvmFlags() {
    return MemcachedBenchmarks.FLAGS;
  }

  @Override
  public Timing timing() {
    return Timing.P50;
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000, 1));
  }

  /** Against both is against the faster one. A ratio of times is one of speeds turned over. */
  @Override
  public List<Goal> goals(Setting setting) {
    return switch (call) {
      case GET, PUT ->
          List.of(
              Goal.demanded(Protocol.TEXT.folsom, 1 / 0.9),
              Goal.demanded(Protocol.BINARY.folsom, 1 / 0.9));
      case INCREMENT -> List.of();
    };
  }

  @Override
  public List<Candidate> candidates() {
    return call.candidates(protocol);
  }
}
