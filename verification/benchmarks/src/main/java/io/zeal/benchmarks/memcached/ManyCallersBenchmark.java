package io.zeal.benchmarks.memcached;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Timing;
import java.util.List;

/** What becomes of a call when many virtual threads call at once? */
public record ManyCallersBenchmark(Call call, Protocol protocol) implements Benchmark {

  @Override
  public String area() {
    return MemcachedBenchmarks.AREA;
  }

  @Override
  public String name() {
    return "ManyCallers-" + call + "-" + protocol;
  }

  @Override
  public String work() {
    return call.work;
  }

  @Override
  public List<String> jvmFlags() {
    return MemcachedBenchmarks.FLAGS;
  }

  @Override
  public Timing timing() {
    return Timing.MEAN;
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000, 64));
  }

  /** A ratio of times is one of calls per second turned over. */
  @Override
  public List<Goal> goals(Setting setting) {
    return switch (call) {
      case GET ->
          List.of(
              Goal.demanded(Protocol.TEXT.folsom, 1 / 2.0),
              Goal.informative(Protocol.BINARY.folsom, 1 / 0.9),
              Goal.informative(Peers.XMEMCACHED, 1 / 0.9));
      case PUT ->
          List.of(
              Goal.demanded(Protocol.TEXT.folsom, 1 / 0.9),
              Goal.informative(Protocol.BINARY.folsom, 1 / 0.9));
      case INCREMENT -> List.of();
    };
  }

  @Override
  public List<Candidate> candidates() {
    return call.candidates(protocol);
  }
}
