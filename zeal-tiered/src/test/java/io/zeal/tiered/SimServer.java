package io.zeal.tiered;

import io.zeal.BackendUnavailableException;
import io.zeal.Entry;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.ZealException;
import io.zeal.spi.Announcement;
import io.zeal.spi.Announcer;
import io.zeal.spi.Announcer.Kind;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.Sequence;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import io.zeal.tiered.Faults.Failover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The server of a simulation: rows, numbers, and a network in front of it. */
final class SimServer {

  /** A row on the server. */
  private record Stored(SimRow row, long expireNanos) {}

  private record Former(String key, @Nullable Stored row) {}

  /** How to go back by one step. */
  private record Undo(int bucket, boolean counted, long epoch, long number, List<Former> formers) {}

  private static final int MOST_UNDONE = 8;
  private static final int MOST_REMEMBERED = 50;
  private static final long SLOW_CALL_NANOS = 6_000_000_000L;
  private static final long CALL_NANOS = 300_000;

  private final Fibers fibers;
  private final Faults faults;
  private final Oracle oracle;
  private final int buckets;
  private final boolean heartbeatBeginsCount;
  private final boolean oneMessageOfABucket;
  private final Map<String, Stored> data = new TreeMap<>();
  private final boolean[] counted;
  private final long[] epoch;
  private final long[] number;
  private final int[] eraOfEpoch;
  private final List<Undo> undo = new ArrayList<>();
  private final List<SimNode> nodes = new ArrayList<>();
  private final List<byte[]> latest = new ArrayList<>();
  private int era;
  private long versions;

  SimServer(Fibers fibers, Faults faults, Oracle oracle, int buckets) {
    this.fibers = fibers;
    this.faults = faults;
    this.oracle = oracle;
    this.buckets = buckets;
    this.heartbeatBeginsCount = fibers.random().nextBoolean();
    this.oneMessageOfABucket = fibers.random().nextBoolean();
    this.counted = new boolean[buckets];
    this.epoch = new long[buckets];
    this.number = new long[buckets];
    this.eraOfEpoch = new int[buckets];
  }

  void add(SimNode node) {
    nodes.add(node);
  }

  int buckets() {
    return buckets;
  }

  int era() {
    return era;
  }

  /** What was published last. */
  List<byte[]> latest() {
    return latest;
  }

  long epoch(int bucket) {
    return epoch[bucket];
  }

  long number(int bucket) {
    return number[bucket];
  }

  long nextVersion() {
    return ++versions;
  }

  int bucketOf(String key) {
    return Math.floorMod(key.hashCode() * 31, buckets);
  }

  /** What a node sees. */
  Rows<SimRow> rows(StoreSpec<SimRow> spec) {
    return new View(spec);
  }

  // What the server does, each in one piece.

  private @Nullable Stored alive(String key) {
    Stored found = data.get(key);
    return found == null || fibers.now() > found.expireNanos ? null : found;
  }

  private boolean holds(Condition<SimRow> condition, @Nullable Stored stored) {
    return switch (condition) {
      case Condition.Always<SimRow> _ -> true;
      case Condition.Absent<SimRow> _ -> stored == null;
      case Condition.Present<SimRow> _ -> stored != null;
      case Condition.RowEquals<SimRow> equal ->
          stored != null && stored.row.equals(equal.expected());
      case Condition.ColumnEquals<SimRow> equal ->
          stored != null && Objects.equals(equal.expected(), stored.row.version());
    };
  }

  private WriteResult apply(Write<SimRow> write, List<Former> formers) {
    Stored stored = alive(write.key());
    if (!holds(write.condition(), stored)) {
      return WriteResult.SKIPPED;
    }
    return switch (write) {
      case Write.Put<SimRow> put -> {
        long expire =
            put.ttlMillis() == Write.KEEP && stored != null
                ? stored.expireNanos
                : expire(put.ttlMillis());
        yield become(put.key(), new Stored(put.row(), expire), formers);
      }
      case Write.Patch<SimRow> patch -> {
        Stored old = Objects.requireNonNull(stored);
        SimRow row = new SimRow((Long) patch.changes().getFirst().value(), old.row.count());
        yield become(patch.key(), new Stored(row, old.expireNanos), formers);
      }
      case Write.Add<SimRow> add -> {
        SimRow row =
            stored == null
                ? new SimRow(nextVersion(), add.bits())
                : new SimRow(stored.row.version(), stored.row.count() + add.bits());
        long expire = stored == null ? Long.MAX_VALUE : stored.expireNanos;
        become(add.key(), new Stored(row, expire), formers);
        yield new WriteResult.Added(row.count());
      }
      case Write.Remove<SimRow> remove ->
          stored == null ? WriteResult.SKIPPED : become(remove.key(), null, formers);
      case Write.Touch<SimRow> touch -> {
        if (stored == null) {
          yield WriteResult.SKIPPED;
        }
        formers.add(new Former(touch.key(), stored));
        Stored next = new Stored(stored.row, expire(touch.ttlMillis()));
        data.put(touch.key(), next);
        oracle.touched(next.row, next.expireNanos, fibers.now());
        yield WriteResult.APPLIED;
      }
    };
  }

  private long expire(long ttlMillis) {
    return ttlMillis == 0 ? Long.MAX_VALUE : fibers.now() + ttlMillis * 1_000_000;
  }

  private WriteResult become(String key, @Nullable Stored next, List<Former> formers) {
    Stored old = data.get(key);
    formers.add(new Former(key, old));
    set(key, old, next);
    return WriteResult.APPLIED;
  }

  private void set(String key, @Nullable Stored old, @Nullable Stored next) {
    if (old != null) {
      fibers.current().lastOrder = oracle.ended(old.row, fibers.now());
    }
    if (next == null) {
      data.remove(key);
    } else {
      data.put(key, next);
      fibers.current().lastOrder = oracle.became(key, next.row, next.expireNanos, fibers.now());
    }
  }

  /** Changes, takes the next number, publishes. */
  private @Nullable Sequence step(
      int bucket, Announcement announcement, List<Former> formers, boolean applied) {
    if (!applied) {
      return null;
    }
    undo.add(new Undo(bucket, counted[bucket], epoch[bucket], number[bucket], formers));
    if (undo.size() > MOST_UNDONE) {
      undo.removeFirst();
    }
    begin(bucket);
    number[bucket]++;
    Sequence sequence = new Sequence(bucket, epoch[bucket], number[bucket]);
    publish(announcement, List.of(sequence));
    return sequence;
  }

  private void begin(int bucket) {
    if (!counted[bucket]) {
      counted[bucket] = true;
      epoch[bucket] = fibers.random().nextLong();
      number[bucket] = 0;
      eraOfEpoch[bucket] = era;
    }
  }

  private void publish(Announcement announcement, List<Sequence> sequences) {
    byte[] message = Sequence.append(announcement.frame(), sequences);
    latest.add(message);
    if (latest.size() > MOST_REMEMBERED) {
      latest.removeFirst();
    }
    for (SimNode node : nodes) {
      node.send(message, era);
    }
  }

  private void heartbeat(Announcement announcement) {
    List<Sequence> all = new ArrayList<>();
    for (int bucket = 0; bucket < buckets; bucket++) {
      if (heartbeatBeginsCount) {
        begin(bucket);
      }
      if (counted[bucket]
          && eraOfEpoch[bucket] != era
          && faults.failover() == Failover.CHANGES_EPOCH) {
        epoch[bucket] = fibers.random().nextLong();
        eraOfEpoch[bucket] = era;
      }
      all.add(
          counted[bucket]
              ? new Sequence(bucket, epoch[bucket], number[bucket])
              : new Sequence(bucket, 0, 0));
    }
    if (oneMessageOfABucket) {
      all.forEach(sequence -> publish(announcement, List.of(sequence)));
    } else {
      publish(announcement, all);
    }
  }

  // What goes wrong.

  /** Another server takes over, which had not heard of the last steps. */
  void failOver() {
    era++;
    int lost = fibers.random().nextInt(MOST_UNDONE + 1);
    for (int i = 0; i < lost && !undo.isEmpty(); i++) {
      Undo last = undo.removeLast();
      for (Former former : last.formers.reversed()) {
        set(former.key, data.get(former.key), former.row);
      }
      counted[last.bucket] = last.counted;
      epoch[last.bucket] = last.epoch;
      number[last.bucket] = last.number;
    }
    for (SimNode node : nodes) {
      node.serverWentBack(faults.failover() == Failover.BREAKS);
    }
  }

  /** The count of a bucket is lost, the rows are there. */
  void loseCount(int bucket) {
    counted[bucket] = false;
    undo.clear();
  }

  /** A call of a node: there, the effect, and back; or not. */
  private <T> T call(boolean mutation, Supplier<T> effect) {
    travel();
    if (fibers.chance(faults.lost())) {
      switch (fibers.random().nextInt(mutation ? 3 : 1)) {
        case 0 ->
            throw new BackendUnavailableException(
                "the server cannot be reached", Outcome.NOT_SENT, null);
        case 1 -> {
          var _ = effect.get();
        }
        default ->
            fibers.start(
                "late",
                () -> {
                  fibers.sleep(fibers.some(5_000_000_000L));
                  var _ = effect.get();
                });
      }
      travel();
      throw new OperationTimeoutException(
          OperationTimeoutException.Stage.SERVER, "no answer", Outcome.UNKNOWN, null);
    }
    T answer = effect.get();
    travel();
    return answer;
  }

  /** One way of a call. */
  void travel() {
    fibers.step();
    if (fibers.chance(faults.slow())) {
      fibers.sleep(fibers.some(SLOW_CALL_NANOS));
    } else if (fibers.chance(0.3)) {
      fibers.sleep(fibers.some(CALL_NANOS));
    }
    fibers.step();
  }

  /** One node's rows. */
  private final class View implements Rows<SimRow> {

    private final StoreSpec<SimRow> spec;

    View(StoreSpec<SimRow> spec) {
      this.spec = spec;
    }

    @Override
    public StoreSpec<SimRow> spec() {
      return spec;
    }

    private Announcer announcer() {
      return Objects.requireNonNull(spec.announcer());
    }

    @Override
    public Optional<Reading<SimRow>> read(String key, ReadOptions options) {
      fibers.current().farReads++;
      fibers.current().farKeys.add(key);
      return call(
          false,
          () -> {
            Stored found = alive(key);
            return found == null
                ? Optional.empty()
                : Optional.of(
                    Reading.fresh(
                        found.row,
                        found.expireNanos == Long.MAX_VALUE
                            ? null
                            : Duration.ofNanos(found.expireNanos - fibers.now())));
          });
    }

    @Override
    public WriteResult write(Write<SimRow> write) {
      int bucket = bucketOf(write.key());
      Announcement announcement =
          announcer().announce(bucket, Kind.of(write), List.of(write.key()));
      return announced(
          announcement,
          () -> {
            List<Former> formers = new ArrayList<>();
            WriteResult result = apply(write, formers);
            Sequence sequence =
                step(bucket, announcement, formers, !(result instanceof WriteResult.Skipped));
            return new Answer<>(result, sequence);
          });
    }

    private record Answer<T>(T value, @Nullable Sequence sequence) {}

    private <T> T announced(Announcement announcement, Supplier<Answer<T>> effect) {
      Answer<T> answer;
      try {
        answer = call(true, effect);
      } catch (ZealException e) {
        announcement.failed(e);
        throw e;
      }
      if (answer.sequence == null) {
        announcement.skipped();
      } else {
        announcement.published(answer.sequence);
      }
      return answer.value;
    }

    @Override
    public List<WriteResult> writeAll(List<Write<SimRow>> writes) {
      Map<Integer, List<Write<SimRow>>> byBucket = new TreeMap<>();
      Map<Write<SimRow>, WriteResult> results = new HashMap<>();
      for (Write<SimRow> write : writes) {
        byBucket.computeIfAbsent(bucketOf(write.key()), b -> new ArrayList<>()).add(write);
      }
      byBucket.forEach((bucket, some) -> {
        Announcement announcement =
            announcer()
                .announce(bucket, Kind.BULK, some.stream().map(Write::key).distinct().toList());
        try {
          Map<Write<SimRow>, WriteResult> done =
              announced(
                  announcement,
                  () -> {
                    List<Former> formers = new ArrayList<>();
                    Map<Write<SimRow>, WriteResult> all = new HashMap<>();
                    some.forEach(write -> all.put(write, apply(write, formers)));
                    boolean applied =
                        all.values().stream().anyMatch(r -> !(r instanceof WriteResult.Skipped));
                    return new Answer<>(all, step(bucket, announcement, formers, applied));
                  });
          results.putAll(done);
        } catch (ZealException e) {
          some.forEach(write -> results.put(write, new WriteResult.Failed(e)));
        }
      });
      return writes.stream().map(results::get).toList();
    }

    @Override
    public void clear() {
      for (int bucket = 0; bucket < buckets; bucket++) {
        int cleared = bucket;
        Announcement announcement = announcer().announce(bucket, Kind.CLEAR, List.of());
        announced(
            announcement,
            () -> {
              List<Former> formers = new ArrayList<>();
              for (String key : List.copyOf(data.keySet())) {
                if (bucketOf(key) == cleared) {
                  become(key, null, formers);
                }
              }
              return new Answer<>(true, step(cleared, announcement, formers, true));
            });
      }
    }

    @Override
    public void announce(Announcement announcement) {
      var _ =
          call(
              true,
              () -> {
                heartbeat(announcement);
                return true;
              });
    }

    @Override
    public long count() {
      return data.size();
    }

    @Override
    public List<Entry<SimRow>> page(String after, int limit) {
      return List.of();
    }

    @Override
    public int buckets() {
      return buckets;
    }

    @Override
    public int bucketOf(String key) {
      return SimServer.this.bucketOf(key);
    }
  }
}
