package io.zeal.benchmarks.memcached;

import io.zeal.Store;
import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What do many rows cost in one call? */
public record ManyRowsBenchmark(BulkCall call, Protocol protocol) implements Benchmark {

  /** What is called. */
  public enum BulkCall {
    /** All rows, against one read of all values. */
    GET_ALL("getAll of all rows"),
    /** All rows, against a write of each value, all under way at once. */
    PUT_ALL("putAll of all rows");

    private final String work;

    BulkCall(String work) {
      this.work = work;
    }
  }

  @Override
  public String area() {
    return MemcachedBenchmarks.AREA;
  }

  @Override
  public String name() {
    return "ManyRows-" + call + "-" + protocol;
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
    return Timing.P50;
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000, 1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return switch (call) {
      case GET_ALL ->
          List.of(
              Goal.demanded(Protocol.TEXT.folsom, 1.2), Goal.demanded(Protocol.BINARY.folsom, 1.2));
      case PUT_ALL -> List.of();
    };
  }

  @Override
  public List<Candidate> candidates() {
    Candidate zeal = new Candidate(protocol.zeal, this::zeal);
    List<Candidate> peers =
        switch (call) {
          case GET_ALL -> Peers.all(ManyRowsBenchmark::getAll);
          case PUT_ALL -> Peers.folsom(ManyRowsBenchmark::putAll);
        };
    return Stream.concat(Stream.of(zeal), peers.stream()).toList();
  }

  private Subject zeal(Setting setting) {
    ZealMemcached zeal = ZealMemcached.open(protocol, setting);
    Store<Player> players = zeal.players();
    Map<String, Player> rows = ZealMemcached.rows(setting);
    List<String> keys = Peers.keys(setting);
    return Subject.of(
        zeal,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            switch (call) {
              case GET_ALL -> sink.consume(players.getAll(keys));
              case PUT_ALL -> sink.consume(players.putAll(rows));
            }
          }
        });
  }

  private static Subject getAll(Peer peer, Setting setting) {
    List<String> keys = Peers.keys(setting);
    return Subject.of(
        peer,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(peer.getAll(keys));
          }
        });
  }

  private static Subject putAll(FolsomPeer folsom, Setting setting) {
    List<String> keys = Peers.keys(setting);
    return Subject.of(
        folsom,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            folsom.setAll(keys);
          }
        });
  }
}
