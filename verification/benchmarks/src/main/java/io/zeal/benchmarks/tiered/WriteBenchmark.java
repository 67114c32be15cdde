package io.zeal.benchmarks.tiered;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Pace;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import io.zeal.benchmarks.tiered.Peers.RedissonMap;
import java.util.List;
import org.openjdk.jmh.infra.Blackhole;
import org.redisson.api.RLocalCachedMap;
import redis.clients.jedis.RedisClient;

/**
 * What does it add to a write that others are told of it? The store is read, so that there is a
 * lease, and each put leaves a copy: the dearest that a write can be.
 */
public record WriteBenchmark(Driver driver) implements Benchmark {

  @Override
  public String area() {
    return TieredBenchmarks.AREA;
  }

  @Override
  public String name() {
    return "Write-" + driver;
  }

  @Override
  public String work() {
    return "put a row and announce it, p50";
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
    return List.of(Goal.demanded(driver.redis(), 1.25));
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate(driver.tiered(), this::tiered),
        new Candidate(driver.redis(), this::redis),
        new Candidate(Peers.REDISSON, WriteBenchmark::redisson),
        new Candidate(Peers.JEDIS, WriteBenchmark::jedis));
  }

  private Subject tiered(Setting setting) {
    return new Putting(
        ZealTiered.open(driver, Peers.address(), "tiered-" + driver.id, setting.rows())
            .filled(setting),
        true);
  }

  private Subject redis(Setting setting) {
    return new Putting(
        ZealTiered.redis(driver, Peers.address(), "redis-" + driver.id).filled(setting), false);
  }

  private record Putting(ZealTiered zeal, boolean leased) implements Subject {

    private static final Player PLAYER = Player.number(7);

    @Override
    public void prepare() {
      if (leased) {
        zeal.copy(Picks.key(0));
      }
    }

    @Override
    public void run(Picks picks, int count, Blackhole sink) {
      for (int i = 0; i < count; i++) {
        zeal.players().put(picks.key(), PLAYER);
      }
    }

    @Override
    public void close() {
      zeal.close();
    }
  }

  private static Subject redisson(Setting setting) {
    RedissonMap redisson = RedissonMap.open(Peers.address(), setting.rows()).filled(setting);
    RLocalCachedMap<String, Player> map = redisson.map();
    Player player = Player.number(7);
    return Subject.of(
        redisson,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(map.fastPut(picks.key(), player));
          }
        });
  }

  private static Subject jedis(Setting setting) {
    RedisClient jedis = Peers.jedis(setting);
    Player player = Player.number(7);
    return Subject.of(
        jedis,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(jedis.hset(picks.key(), player.fields()));
          }
        });
  }
}
