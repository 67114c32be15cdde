package io.zeal.benchmarks.redis;

import io.lettuce.core.api.sync.RedisCommands;
import io.zeal.Store;
import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import java.util.List;
import redis.clients.jedis.Jedis;

/** What does Zeal add to the nearest single command of the client below it? */
public record OneCallBenchmark(Call call, Driver driver) implements Benchmark {

  /** What is called. */
  public enum Call {
    /** A row as a record, against HGETALL. */
    GET("get a row, p50", 1.2),
    /** A row that is there, with its membership, against HSET. */
    PUT("put a row, p50", 1.4),
    /** A column, against HINCRBY. */
    INCREMENT("increment a column, p50", 1.2);

    private final String work;
    private final double goal;

    Call(String work, double goal) {
      this.work = work;
      this.goal = goal;
    }
  }

  @Override
  public String area() {
    return "redis";
  }

  @Override
  public String name() {
    return "OneCall-" + call + "-" + driver;
  }

  @Override
  public String work() {
    return call.work;
  }

  @Override
  public Timing timing() {
    return Timing.P50;
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000, 1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.demanded(driver.client, call.goal));
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate(driver.zeal(), this::zeal),
        new Candidate(
            driver.client,
            switch (driver) {
              case LETTUCE -> this::lettuce;
              case JEDIS -> this::jedis;
            }));
  }

  private Subject zeal(Setting setting) {
    ZealRedis zeal = ZealRedis.open(driver, setting);
    Store<Player> players = zeal.players();
    Player player = Player.number(7);
    return Subject.of(
        zeal,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            switch (call) {
              case GET -> sink.consume(players.get(picks.key()));
              case PUT -> players.put(picks.key(), player);
              case INCREMENT -> sink.consume(players.increment(picks.key(), Player.SCORE, 1));
            }
          }
        });
  }

  private Subject lettuce(Setting setting) {
    Peers.LettucePeer lettuce = Peers.LettucePeer.open(setting);
    RedisCommands<String, String> commands = lettuce.connection().sync();
    Player player = Player.number(7);
    return Subject.of(
        lettuce,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            switch (call) {
              case GET -> sink.consume(commands.hgetall(picks.key()));
              case PUT -> sink.consume(commands.hset(picks.key(), player.fields()));
              case INCREMENT -> sink.consume(commands.hincrby(picks.key(), Player.SCORE, 1));
            }
          }
        });
  }

  private Subject jedis(Setting setting) {
    Jedis jedis = Peers.filledJedis(setting);
    Player player = Player.number(7);
    return Subject.of(
        jedis,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            switch (call) {
              case GET -> sink.consume(jedis.hgetAll(picks.key()));
              case PUT -> sink.consume(jedis.hset(picks.key(), player.fields()));
              case INCREMENT -> sink.consume(jedis.hincrBy(picks.key(), Player.SCORE, 1));
            }
          }
        });
  }
}
