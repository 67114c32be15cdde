package io.zeal.benchmarks.tiered;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Pace;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import io.zeal.benchmarks.messages.PublishToHandlerBenchmark;
import io.zeal.benchmarks.tiered.Peers.RedissonMap;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.infra.Blackhole;
import org.redisson.api.RLocalCachedMap;

/**
 * How long until nobody is served with a copy of what was overwritten, from the call that writes?
 * The writer's thread reads from the other instance as soon as its put has returned, until it does
 * not find the old row any more; the moment is that before this last read. So it is never too early
 * and, where a copy ended before the put returned, too late.
 */
public record ClearCopyBenchmark(Driver driver) implements Benchmark {

  @Override
  public String area() {
    return TieredBenchmarks.AREA;
  }

  @Override
  public String name() {
    return "ClearCopy-" + driver;
  }

  @Override
  public String work() {
    return "put to a peer's copy ended, p50";
  }

  @Override
  public Timing timing() {
    return Timing.P50;
  }

  @Override
  public Pace pace(Pace usual) {
    return TieredBenchmarks.pace(usual);
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000, 1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.demanded(raw(), 1.5));
  }

  private String raw() {
    return driver.client + " PUBLISH to handler";
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate(driver.tiered(), this::tiered),
        PublishToHandlerBenchmark.client(
            raw(), io.zeal.benchmarks.messages.Driver.valueOf(driver.name())),
        new Candidate(Peers.REDISSON, ClearCopyBenchmark::redisson));
  }

  private Subject tiered(Setting setting) {
    String store = "cleared-" + driver.id;
    ZealTiered writer =
        ZealTiered.open(driver, Peers.address(), store, setting.rows()).filled(setting);
    ZealTiered reader = ZealTiered.open(driver, Peers.address(), store, setting.rows());
    return new Clearing() {
      @Override
      void copy(String key) {
        reader.copy(key);
      }

      @Override
      void put(String key, Player player) {
        writer.players().put(key, player);
      }

      @Override
      Player get(String key) {
        return reader.players().get(key).orElseThrow();
      }

      @Override
      public void close() {
        reader.close();
        writer.close();
      }
    };
  }

  private static Subject redisson(Setting setting) {
    RedissonMap writer = RedissonMap.open(Peers.address(), setting.rows()).filled(setting);
    RedissonMap reader = RedissonMap.open(Peers.address(), setting.rows());
    RLocalCachedMap<String, Player> map = reader.map();
    return new Clearing() {
      @Override
      void copy(String key) {
        map.get(key);
      }

      @Override
      void put(String key, Player player) {
        writer.map().fastPut(key, player);
      }

      @Override
      Player get(String key) {
        return Objects.requireNonNull(map.get(key));
      }

      @Override
      public void close() {
        reader.close();
        writer.close();
      }
    };
  }

  /** One instance writes, another reads. */
  private abstract static class Clearing implements Subject {

    private static final long DEADLINE_NANOS = 60_000_000_000L;

    private long score = 1_000_000;

    /** The reader has a copy. */
    abstract void copy(String key);

    abstract void put(String key, Player player);

    abstract Player get(String key);

    @Override
    public final void run(Picks picks, int count, Blackhole sink) {
      for (int i = 0; i < count; i++) {
        long _ = nanosOfOne(picks, sink);
      }
    }

    @Override
    public final long nanosOfOne(Picks picks, Blackhole sink) {
      String key = picks.key();
      Player player = Player.number(7).withScore(++score);
      copy(key);
      long begin = System.nanoTime();
      put(key, player);
      while (true) {
        long cleared = System.nanoTime();
        if (get(key).score() == player.score()) {
          return cleared - begin;
        }
        if (cleared - begin > DEADLINE_NANOS) {
          throw new IllegalStateException("The copy of " + key + " did not end");
        }
      }
    }
  }
}
