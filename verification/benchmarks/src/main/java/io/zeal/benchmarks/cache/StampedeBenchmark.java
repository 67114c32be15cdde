package io.zeal.benchmarks.cache;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.zeal.Cache;
import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Pace;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.infra.Blackhole;

/** How long until all of a thousand callers have what is missing, and is loaded in 20 ms? */
public final class StampedeBenchmark implements Benchmark {

  private static final int CALLERS = 1_000;
  private static final Duration LOAD = Duration.ofMillis(20);
  private static final long DEADLINE_SECONDS = 30;

  private static final String ASYNC = "Caffeine AsyncCache";

  @Override
  public String area() {
    return CacheBenchmarks.AREA;
  }

  @Override
  public String work() {
    return "one missing key, 1,000 virtual threads, p50 of all served";
  }

  @Override
  public Timing timing() {
    return Timing.P50;
  }

  /** A call takes more than the twenty milliseconds. */
  @Override
  public Pace pace(Pace usual) {
    return new Pace(
        usual.coldRounds(),
        usual.warmUpRounds(),
        Duration.ofMillis(250),
        usual.rounds(),
        Duration.ofMillis(250),
        false);
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000, 1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.demanded(ASYNC, 1.1));
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate(Files.OFF.zeal, StampedeBenchmark::zeal),
        new Candidate(ASYNC, StampedeBenchmark::async),
        new Candidate("Caffeine LoadingCache", StampedeBenchmark::loading),
        new Candidate("ConcurrentHashMap.computeIfAbsent", StampedeBenchmark::map));
  }

  private static Subject zeal(Setting setting) {
    ZealCache zeal = ZealCache.open(setting, Files.OFF);
    Cache documents = zeal.documents();
    return new Stampede(
        loads ->
            key ->
                Objects.requireNonNull(
                    documents.getOrCompute(key, Document.class, load -> loads.load())),
        zeal);
  }

  private static Subject async(Setting setting) {
    AsyncCache<String, Document> cache =
        Caffeine.newBuilder()
            .maximumSize(2L * setting.rows())
            .expireAfterWrite(Peers.TTL)
            .buildAsync();
    return new Stampede(loads -> key -> cache.get(key, missing -> loads.load()).join(), () -> {});
  }

  private static Subject loading(Setting setting) {
    return new Stampede(
        loads -> {
          LoadingCache<String, Document> cache =
              Caffeine.newBuilder()
                  .maximumSize(2L * setting.rows())
                  .expireAfterWrite(Peers.TTL)
                  .build(missing -> loads.load());
          return cache::get;
        },
        () -> {});
  }

  private static Subject map(Setting setting) {
    ConcurrentHashMap<String, Document> map = new ConcurrentHashMap<>();
    return new Stampede(
        loads -> key -> map.computeIfAbsent(key, missing -> loads.load()), map::clear);
  }

  /** What every candidate loads with; counts, since one load is what is asked for. */
  private static final class Loads {

    private final AtomicInteger made = new AtomicInteger();

    Document load() {
      try {
        Thread.sleep(LOAD);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return Document.number(made.incrementAndGet());
    }
  }

  /** Finds a value, and loads it where it is missing. */
  private interface Lookup {
    Document of(String key);
  }

  private interface LookupWith {
    Lookup loading(Loads loads);
  }

  /** Each call is a new key, asked for by all at once. */
  private static final class Stampede implements Subject {

    private final Loads loads = new Loads();
    private final Lookup lookup;
    private final AutoCloseable end;
    private int keys;

    Stampede(LookupWith lookup, AutoCloseable end) {
      this.lookup = lookup.loading(loads);
      this.end = end;
    }

    @Override
    public void run(Picks picks, int count, Blackhole sink) {
      for (int i = 0; i < count; i++) {
        all("missing:" + keys++, sink);
      }
    }

    private void all(String key, Blackhole sink) {
      CountDownLatch served = new CountDownLatch(CALLERS);
      for (int i = 0; i < CALLERS; i++) {
        Thread.startVirtualThread(() -> {
          sink.consume(lookup.of(key));
          served.countDown();
        });
      }
      try {
        if (!served.await(DEADLINE_SECONDS, TimeUnit.SECONDS) || loads.made.get() != keys) {
          throw new IllegalStateException(
              served.getCount() + " not served, " + loads.made.get() + " loads of " + keys);
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() throws Exception {
      end.close();
    }
  }
}
