package io.zeal.benchmarks.redis;

import io.lettuce.core.api.sync.RedisCommands;
import io.zeal.Store;
import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Pace;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.redisson.api.RedissonClient;

/** What becomes of a read when many virtual threads read at once? */
public record ManyCallersBenchmark(Driver driver, Timing timing) implements Benchmark {

  private static final int SOME = 64;
  private static final int MANY = 1_000;

  @Override
  public String area() {
    return "redis";
  }

  @Override
  public String name() {
    return "ManyCallers-" + driver + "-" + timing;
  }

  @Override
  public String work() {
    return timing == Timing.P99 ? "get a row, p99" : "get a row";
  }

  /** The slowest of the pool's callers wait for longer than a usual slice of a quick run. */
  @Override
  public Pace pace(Pace usual) {
    return timing == Timing.P99
        ? new Pace(
            usual.coldRounds(),
            usual.warmUpRounds(),
            usual.warmUpSlice(),
            usual.rounds(),
            Duration.ofMillis(300),
            false)
        : usual;
  }

  @Override
  public List<Setting> settings() {
    Setting many = new Setting(1_000, MANY);
    return timing == Timing.P99 ? List.of(many) : List.of(new Setting(1_000, SOME), many);
  }

  /** A ratio of times is one of calls per second turned over. */
  @Override
  public List<Goal> goals(Setting setting) {
    if (timing == Timing.P99) {
      return List.of(Goal.demanded(Peers.POOL, 0.1));
    }
    if (setting.threads() == MANY) {
      return List.of(Goal.demanded(Peers.LETTUCE, 1 / 1.8), Goal.demanded(Peers.REDISSON, 1 / 4.0));
    }
    return List.of(
        switch (driver) {
          case LETTUCE -> Goal.demanded(Peers.LETTUCE, 1 / 1.8);
          case JEDIS -> Goal.demanded(Peers.POOL, 1 / 3.0);
        });
  }

  @Override
  public List<Candidate> candidates() {
    List<Candidate> candidates = new ArrayList<>();
    candidates.add(new Candidate(driver.zeal(), this::zeal));
    candidates.add(new Candidate(Peers.POOL, ManyCallersBenchmark::pool));
    if (timing != Timing.P99) {
      candidates.add(new Candidate(Peers.LETTUCE, ManyCallersBenchmark::lettuce));
      candidates.add(new Candidate(Peers.REDISSON, ManyCallersBenchmark::redisson));
    }
    return candidates;
  }

  private Subject zeal(Setting setting) {
    ZealRedis zeal = ZealRedis.open(driver, setting);
    Store<Player> players = zeal.players();
    return Subject.of(
        zeal,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(players.get(picks.key()));
          }
        });
  }

  private static Subject lettuce(Setting setting) {
    Peers.LettucePeer lettuce = Peers.LettucePeer.open(setting);
    RedisCommands<String, String> commands = lettuce.connection().sync();
    return Subject.of(
        lettuce,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(commands.hgetall(picks.key()));
          }
        });
  }

  private static Subject pool(Setting setting) {
    redis.clients.jedis.RedisClient pool = Peers.pool(setting);
    return Subject.of(
        pool,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(pool.hgetAll(picks.key()));
          }
        });
  }

  private static Subject redisson(Setting setting) {
    RedissonClient redisson = Peers.redisson(setting);
    return Subject.of(
        redisson::shutdown,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(redisson.<String, String>getMap(picks.key()).readAllMap());
          }
        });
  }
}
