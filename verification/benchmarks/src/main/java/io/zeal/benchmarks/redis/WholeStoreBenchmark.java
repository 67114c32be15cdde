package io.zeal.benchmarks.redis;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Pace;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import io.zeal.verification.servers.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.infra.Blackhole;

/** Does a call about a whole store depend on how much is in it, and do others notice? */
public record WholeStoreBenchmark(Call call) implements Benchmark {

  /** What is called. */
  public enum Call {
    /** How many rows there are. */
    COUNT("count", Timing.P50, 1.5),
    /** Away with all rows; the store is filled again before the next slice, which is not timed. */
    CLEAR("clear", Timing.MEAN, 2.0),
    /** A row of another store, while the rows of a cleared one are being removed. */
    GET_MEANWHILE("get from another store while cleared rows are removed, p99", Timing.P99, 3.0);

    private final String work;
    private final Timing timing;
    private final double goal;

    Call(String work, Timing timing, double goal) {
      this.work = work;
      this.timing = timing;
      this.goal = goal;
    }
  }

  private static final int MANY = 1_000_000;
  private static final int MANY_QUICKLY = 100_000;
  private static final int FEW = 1_000;
  private static final String OURS = "Zeal, all rows";
  private static final String PEER = "Zeal, 1,000 rows";
  private static final Driver DRIVER = Driver.LETTUCE;

  @Override
  public String area() {
    return "redis";
  }

  @Override
  public String name() {
    return "WholeStore-" + call;
  }

  @Override
  public String work() {
    return call.work;
  }

  @Override
  public Timing timing() {
    return call.timing;
  }

  /** To fill a million rows takes seconds. */
  @Override
  public Pace pace(Pace usual) {
    return call == Call.CLEAR
        ? new Pace(1, 1, usual.warmUpSlice(), 3, Duration.ZERO, false)
        : usual;
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(MANY, 1));
  }

  @Override
  public List<Setting> quickSettings() {
    return List.of(new Setting(MANY_QUICKLY, 1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.demanded(PEER, call.goal));
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate(OURS, setting -> open(setting.rows())),
        new Candidate(PEER, setting -> open(FEW)));
  }

  private Subject open(int rows) {
    return switch (call) {
      case COUNT -> count(rows);
      case CLEAR -> new Cleared(rows);
      case GET_MEANWHILE -> getMeanwhile(rows);
    };
  }

  private static Subject count(int rows) {
    ZealRedis zeal = ZealRedis.open(DRIVER, Peers.server(), "count-" + rows, rows);
    return Subject.of(
        zeal,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(zeal.players().count());
          }
        });
  }

  /** Full at the begin of each slice. */
  private static final class Cleared implements Subject {

    private final int rows;
    private final ZealRedis zeal;

    Cleared(int rows) {
      this.rows = rows;
      this.zeal = ZealRedis.open(DRIVER, Peers.server(), "clear-" + rows, 0);
    }

    @Override
    public void prepare() {
      zeal.fill(rows);
    }

    @Override
    public void run(Picks picks, int count, Blackhole sink) {
      zeal.players().clear();
    }

    @Override
    public void close() {
      zeal.close();
    }
  }

  /** Each on a server of its own: a sweep goes on while the other candidate works. */
  private static Subject getMeanwhile(int rows) {
    RedisServer server = RedisServer.start();
    ZealRedis cleared = ZealRedis.open(DRIVER, server, "cleared", rows);
    ZealRedis other = ZealRedis.open(DRIVER, server, "other", FEW);
    cleared.players().clear();
    AtomicInteger next = new AtomicInteger();
    return Subject.of(
        () -> {
          cleared.close();
          other.close();
          server.close();
        },
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(other.players().get(Picks.key(next.getAndIncrement() % FEW)));
          }
        });
  }
}
