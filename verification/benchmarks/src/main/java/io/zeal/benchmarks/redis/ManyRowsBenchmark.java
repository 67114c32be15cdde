package io.zeal.benchmarks.redis;

import io.zeal.Store;
import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.redisson.api.RBatch;
import org.redisson.api.RedissonClient;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Response;

/** What do many rows cost in one call? */
public record ManyRowsBenchmark(Call call, Driver driver) implements Benchmark {

  /** What is called. */
  public enum Call {
    /** All rows, with their membership. */
    PUT_ALL("putAll of all rows"),
    /** All rows. */
    GET_ALL("getAll of all rows");

    private final String work;

    Call(String work) {
      this.work = work;
    }
  }

  @Override
  public String area() {
    return "redis";
  }

  @Override
  public String name() {
    return "ManyRows-" + call + "-" + driver;
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
    return List.of(new Setting(10_000, 1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return switch (call) {
      case PUT_ALL -> List.of(Goal.demanded(Peers.PIPELINE, 2.5), Goal.demanded(Peers.BATCH, 1));
      case GET_ALL -> List.of(Goal.demanded(Peers.PIPELINE, 1.5));
    };
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate(driver.zeal(), this::zeal),
        new Candidate(Peers.PIPELINE, this::pipeline),
        new Candidate(Peers.BATCH, this::batch));
  }

  private Subject zeal(Setting setting) {
    ZealRedis zeal = ZealRedis.open(driver, setting);
    Store<Player> players = zeal.players();
    Map<String, Player> rows = ZealRedis.rows(0, setting.rows());
    List<String> keys = List.copyOf(rows.keySet());
    return Subject.of(
        zeal,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            switch (call) {
              case PUT_ALL -> players.putAll(rows);
              case GET_ALL -> sink.consume(players.getAll(keys));
            }
          }
        });
  }

  private static List<String> keys(Setting setting) {
    return IntStream.range(0, setting.rows()).mapToObj(Picks::key).toList();
  }

  private Subject pipeline(Setting setting) {
    Jedis jedis = Peers.filledJedis(setting);
    List<String> keys = keys(setting);
    return Subject.of(
        jedis,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            List<Response<?>> replies = new ArrayList<>(keys.size());
            try (AbstractPipeline pipeline = jedis.pipelined()) {
              for (int row = 0; row < keys.size(); row++) {
                replies.add(
                    switch (call) {
                      case PUT_ALL -> pipeline.hset(keys.get(row), Player.number(row).fields());
                      case GET_ALL -> pipeline.hgetAll(keys.get(row));
                    });
              }
              pipeline.sync();
            }
            replies.forEach(reply -> sink.consume(reply.get()));
          }
        });
  }

  private Subject batch(Setting setting) {
    RedissonClient redisson = Peers.redisson(setting);
    List<String> keys = keys(setting);
    return Subject.of(
        redisson::shutdown,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            RBatch batch = redisson.createBatch();
            for (int row = 0; row < keys.size(); row++) {
              var map = batch.<String, String>getMap(keys.get(row));
              sink.consume(
                  switch (call) {
                    case PUT_ALL -> map.putAllAsync(Player.number(row).fields());
                    case GET_ALL -> map.readAllMapAsync();
                  });
            }
            sink.consume(batch.execute());
          }
        });
  }
}
