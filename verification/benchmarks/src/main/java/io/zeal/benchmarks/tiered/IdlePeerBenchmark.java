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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.openjdk.jmh.infra.Blackhole;
import org.redisson.api.RLocalCachedMap;

/**
 * What do the writes of one instance cost another one that does nothing?
 *
 * <p>The other one is a process of its own, whose processor time is all that is counted: every
 * thread of its JVM, the compiler's and the collector's too. It has a copy of every row. One
 * operation is a second with 10,000 writes of single rows, evenly spread; its figure is the
 * processor time of that second divided by its writes. A tenth of a core is 10 µs for each.
 */
public record IdlePeerBenchmark(Driver driver) implements Benchmark {

  private static final int WRITES = 10_000;
  private static final long APART_NANOS = Duration.ofSeconds(1).toNanos() / WRITES;

  /** Enough that one answer that is late holds up nobody. */
  private static final int WRITERS = 8;

  private static final String TENTH = "a tenth of a core";
  private static final String RAW = "Lettuce SUBSCRIBE";

  @Override
  public String area() {
    return TieredBenchmarks.AREA;
  }

  @Override
  public String name() {
    return "IdlePeer-" + driver;
  }

  @Override
  public String work() {
    return "processor time of an idle process for each of 10,000 writes a second";
  }

  @Override
  public Timing timing() {
    return Timing.MEAN;
  }

  /** A slice is one operation. */
  @Override
  public Pace pace(Pace usual) {
    return new Pace(
        usual.coldRounds(), 1, Duration.ofMillis(1), usual.rounds(), Duration.ofMillis(1), false);
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000, 1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.demanded(TENTH, 1.0));
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate(driver.tiered(), this::tiered),
        new Candidate(TENTH, setting -> tenth()),
        new Candidate(RAW, this::raw),
        new Candidate(Peers.REDISSON, IdlePeerBenchmark::redisson));
  }

  private static Subject tenth() {
    return new Subject() {
      @Override
      public void run(Picks picks, int count, Blackhole sink) {}

      @Override
      public long nanosOfOne(Picks picks, Blackhole sink) {
        LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        return APART_NANOS / 10;
      }

      @Override
      public void close() {}
    };
  }

  private Subject tiered(Setting setting) throws Exception {
    String store = "watched-" + driver.id;
    ZealTiered writer =
        ZealTiered.open(driver, Peers.address(), store, setting.rows()).filled(setting);
    Player player = Player.number(7);
    return new Writing(
        key -> writer.players().put(key, player),
        IdleProcess.start(IdleProcess.Kind.valueOf(driver.name()), Peers.address(), store, setting),
        writer);
  }

  /** Hears the same messages, and counts them. */
  private Subject raw(Setting setting) throws Exception {
    String store = "heard-" + driver.id;
    ZealTiered writer =
        ZealTiered.open(driver, Peers.address(), store, setting.rows()).filled(setting);
    Player player = Player.number(7);
    return new Writing(
        key -> writer.players().put(key, player),
        IdleProcess.start(IdleProcess.Kind.RAW, Peers.address(), store, setting),
        writer);
  }

  private static Subject redisson(Setting setting) throws Exception {
    RedissonMap writer = RedissonMap.open(Peers.address(), setting.rows()).filled(setting);
    RLocalCachedMap<String, Player> map = writer.map();
    Player player = Player.number(7);
    return new Writing(
        key -> map.fastPut(key, player),
        IdleProcess.start(IdleProcess.Kind.REDISSON, Peers.address(), "players", setting),
        writer);
  }

  /** Writes in this process, and asks the other one what it used. */
  private record Writing(
      Consumer<String> put, IdleProcess idle, AutoCloseable writer, ExecutorService threads)
      implements Subject {

    Writing(Consumer<String> put, IdleProcess idle, AutoCloseable writer) {
      this(put, idle, writer, Executors.newVirtualThreadPerTaskExecutor());
    }

    @Override
    public void run(Picks picks, int count, Blackhole sink) {
      for (int i = 0; i < count; i++) {
        sink.consume(nanosOfOne(picks, sink));
      }
    }

    @Override
    public long nanosOfOne(Picks picks, Blackhole sink) {
      List<String> keys = new ArrayList<>(WRITES);
      for (int i = 0; i < WRITES; i++) {
        keys.add(picks.key());
      }
      try {
        long before = idle.cpuNanos();
        write(keys);
        return (idle.cpuNanos() - before) / WRITES;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    /** Write number n is due n times 100 µs after the beginning. */
    private void write(List<String> keys) throws Exception {
      AtomicInteger next = new AtomicInteger();
      long begin = System.nanoTime();
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        writers.add(
            threads.submit(() -> {
              int number;
              while ((number = next.getAndIncrement()) < WRITES) {
                long early = begin + number * APART_NANOS - System.nanoTime();
                if (early > 0) {
                  LockSupport.parkNanos(early);
                }
                put.accept(keys.get(number));
              }
            }));
      }
      for (Future<?> each : writers) {
        each.get();
      }
    }

    @Override
    public void close() throws Exception {
      threads.shutdownNow();
      idle.close();
      writer.close();
    }
  }
}
