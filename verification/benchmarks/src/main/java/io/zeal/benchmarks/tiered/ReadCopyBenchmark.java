package io.zeal.benchmarks.tiered;

import com.github.benmanes.caffeine.cache.Cache;
import io.zeal.Store;
import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.tiered.Peers.RedissonMap;
import java.util.List;
import org.redisson.api.RLocalCachedMap;
import redis.clients.jedis.RedisClient;

/** What does it take to get a row of which there is a copy? */
public final class ReadCopyBenchmark implements Benchmark {

  @Override
  public String area() {
    return TieredBenchmarks.AREA;
  }

  @Override
  public String work() {
    return "get a row that is copied";
  }

  /** The last one has more rows than are kept as objects. */
  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000, 1), new Setting(1_000, 2), new Setting(20_000, 1));
  }

  @Override
  public List<Setting> quickSettings() {
    return List.of(new Setting(1_000, 1), new Setting(20_000, 1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(
        Goal.demanded(Peers.CAFFEINE, 1.5),
        Goal.demanded(Peers.REDISSON, 1 / 8.0),
        Goal.informative(Peers.REDISSON_OBJECTS, 1 / 8.0),
        Goal.demanded(Peers.JEDIS, 1 / 8.0));
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate("Zeal tiered", ReadCopyBenchmark::zeal),
        new Candidate(Peers.CAFFEINE, ReadCopyBenchmark::caffeine),
        new Candidate(
            Peers.REDISSON,
            setting -> redisson(RedissonMap.open(Peers.address(), setting.rows()), setting)),
        new Candidate(
            Peers.REDISSON_OBJECTS,
            setting ->
                redisson(RedissonMap.openWithObjects(Peers.address(), setting.rows()), setting)),
        new Candidate(Peers.JEDIS, ReadCopyBenchmark::jedis));
  }

  private static Subject zeal(Setting setting) {
    ZealTiered zeal =
        ZealTiered.openForLong(Driver.LETTUCE, Peers.address(), "players", setting.rows())
            .filled(setting)
            .copied(setting);
    Store<Player> players = zeal.players();
    return Subject.of(
        zeal,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(players.get(picks.key()).orElseThrow());
          }
        });
  }

  private static Subject caffeine(Setting setting) {
    Cache<String, Player> cache = Peers.caffeine(setting);
    return Subject.of(
        cache::invalidateAll,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(cache.getIfPresent(picks.key()));
          }
        });
  }

  private static Subject redisson(RedissonMap redisson, Setting setting) {
    RLocalCachedMap<String, Player> map = redisson.filled(setting).map();
    for (int row = 0; row < setting.rows(); row++) {
      map.get(Picks.key(row));
    }
    return Subject.of(
        redisson,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(map.get(picks.key()));
          }
        });
  }

  /** Yields a map of texts: nobody makes a record of it. */
  private static Subject jedis(Setting setting) {
    RedisClient jedis = Peers.jedis(setting);
    for (int row = 0; row < setting.rows(); row++) {
      jedis.hgetAll(Picks.key(row));
    }
    return Subject.of(
        jedis,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(jedis.hgetAll(picks.key()));
          }
        });
  }
}
