package io.zeal.tiered;

import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.ZealException;
import io.zeal.spi.Condition;
import io.zeal.spi.Sequence;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Some instances over one server, with everything between them going wrong as {@link Faults} says,
 * and every row that is read compared with what was the truth. One seed, one run.
 */
final class Simulation {

  private static final int NODES = 3;
  private static final int WORKERS = 3;
  private static final double SWITCHING = 0.05;
  private static final long SECOND = 1_000_000_000L;
  private static final ReadOptions FRESH = ReadOptions.maxStaleness(Duration.ZERO);

  private final Fibers fibers;
  private final Faults faults;
  private final int operations;
  private final Oracle oracle = new Oracle();
  private final SimServer server;
  private final List<SimNode> nodes = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private final long thinkNanos; // few changes let what is stale be seen, many make it so
  private final long changes; // of a hundred operations
  private final long boundNanos;
  private int done;
  private long copiesServed;
  private int failovers;

  private Simulation(long seed, Faults faults, int operations) {
    Random random = new Random(seed);
    this.fibers = new Fibers(random, SWITCHING, faults.pausing(), 30 * SECOND);
    this.faults = faults;
    this.operations = operations;
    int buckets = 1 + random.nextInt(3);
    int many = 2 + random.nextInt(12);
    for (int i = 0; i < many; i++) {
      keys.add("key" + i);
    }
    this.thinkNanos = oneOf(random, 20_000_000L, 200_000_000L, 1_000_000_000L);
    this.changes = oneOf(random, 3L, 10L, 30L);
    this.server = new SimServer(fibers, faults, oracle, buckets);
    Duration nearTtl = random.nextInt(4) == 0 ? Duration.ofMillis(700) : Duration.ofSeconds(5);
    TieredSettings settings = SimNode.settings(nearTtl, faults.signed());
    this.boundNanos = Math.min(settings.leaseNanos(), nearTtl.toNanos());
    for (int i = 0; i < NODES; i++) {
      SimNode node = new SimNode(fibers, faults, server, settings, i);
      nodes.add(node);
      for (int j = 0; j < WORKERS; j++) {
        fibers.start("worker-" + i + "-" + j, () -> work(node));
      }
    }
    fibers.start("chaos", this::chaos);
  }

  private static long oneOf(Random random, long... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** What a run came to. */
  record Result(int operations, long copiesServed, long steps, long switches, String numbers) {}

  static Result run(long seed, Faults faults, int operations) {
    Simulation simulation = new Simulation(seed, faults, operations);
    simulation.fibers.run();
    Map<String, Long> numbers = new HashMap<>();
    for (SimNode node : simulation.nodes) {
      node.store().numbers().all().forEach((name, n) -> numbers.merge(name, n, Long::sum));
    }
    return new Result(
        simulation.done,
        simulation.copiesServed,
        simulation.fibers.steps(),
        simulation.fibers.switches(),
        new TreeMap<>(numbers).toString());
  }

  private void chaos() {
    while (true) {
      fibers.sleep(SECOND / 10);
      if (fibers.chance(faults.failovers() / 10)) {
        failovers++;
        server.failOver();
      }
      if (fibers.chance(faults.epochs() / 10)) {
        server.loseCount(fibers.random().nextInt(server.buckets()));
      }
      if (fibers.chance(faults.outages() / 10)) {
        SimNode node = nodes.get(fibers.random().nextInt(NODES));
        node.goDeaf();
        fibers.start(
            "outage",
            () -> {
              fibers.sleep(fibers.some(5 * SECOND));
              node.hearAgain();
            });
      }
      if (faults.forgeries() > 0) {
        forge();
      }
    }
  }

  private void forge() {
    List<byte[]> heard = server.latest();
    for (int i = 0; i < faults.forgeries() && !heard.isEmpty(); i++) {
      byte[] message = heard.get(fibers.random().nextInt(heard.size()));
      List<Sequence> trailer = new ArrayList<>();
      for (Sequence sequence : Sequence.read(message)) {
        long epoch =
            fibers.chance(0.1) ? fibers.random().nextLong() : server.epoch(sequence.bucket());
        long number = server.number(sequence.bucket()) - 3 + fibers.random().nextInt(7);
        trailer.add(new Sequence(sequence.bucket(), epoch, Math.max(0, number)));
      }
      nodes
          .get(fibers.random().nextInt(NODES))
          .forge(Sequence.append(Sequence.frame(message), trailer));
    }
  }

  private void work(SimNode node) {
    while (true) {
      fibers.sleep(fibers.some(thinkNanos));
      try {
        operate(node, fibers.random().nextInt(3) == 0 ? key() : hotKey());
      } catch (ZealException e) {
        // the server could not be reached; what that means was told by the outcome
      }
      if (++done >= operations) {
        fibers.stop();
      }
    }
  }

  /** The key of these seconds: it is changed in turn by several, and then left alone. */
  private String hotKey() {
    return keys.get((int) (fibers.now() / (3 * SECOND) % keys.size()));
  }

  private void operate(SimNode node, String key) {
    if (fibers.random().nextInt(100) < changes) {
      change(node, key);
      return;
    }
    switch (fibers.random().nextInt(20)) {
      case 0 -> read(node, key, FRESH);
      case 1 -> {
        Duration most = Duration.ofNanos(1 + fibers.some(5 * SECOND));
        read(node, key, ReadOptions.maxStaleness(most));
      }
      case 2 -> readAll(node, ReadOptions.defaults());
      case 3 -> {
        Duration most = Duration.ofNanos(1 + fibers.some(5 * SECOND));
        readAll(node, ReadOptions.maxStaleness(most));
      }
      case 8, 9 -> number(node, key);
      case 4, 5, 6, 7 -> read(node, key, ReadOptions.defaults());
      default -> get(node, key);
    }
  }

  private void get(SimNode node, String key) {
    long ownOrder = node.ownOrder(key);
    int failoversBefore = failovers;
    int farReads = fibers.current().farReads;
    Optional<SimRow> row = node.rows().get(key);
    check(key, row, farReads, failovers == failoversBefore ? ownOrder : 0);
  }

  private void read(SimNode node, String key, ReadOptions options) {
    long ownOrder = node.ownOrder(key);
    int failoversBefore = failovers;
    int farReads = fibers.current().farReads;
    Optional<Reading<SimRow>> reading = node.rows().read(key, options);
    check(key, reading.map(Reading::value), farReads, failovers == failoversBefore ? ownOrder : 0);
    if (farReads == fibers.current().farReads) {
      checkAge(key, reading.orElseThrow(), options);
    }
  }

  private void checkAge(String key, Reading<SimRow> reading, ReadOptions options) {
    long age = reading.age().toNanos();
    oracle.checkAge(key, reading.value(), fibers.now(), age);
    if (age > options.maxStaleness().map(Duration::toNanos).orElse(Long.MAX_VALUE)) {
      throw new AssertionError("a copy of " + age + " ns for " + options);
    }
  }

  private void number(SimNode node, String key) {
    long ownOrder = node.ownOrder(key);
    int failoversBefore = failovers;
    int farReads = fibers.current().farReads;
    OptionalLong version = node.rows().number(key, 0);
    if (farReads == fibers.current().farReads) {
      copiesServed++;
      oracle.checkCopiedVersion(
          key,
          version.orElseThrow(),
          fibers.now(),
          boundNanos,
          failovers == failoversBefore ? ownOrder : 0);
    }
  }

  private void check(String key, Optional<SimRow> row, int farReads, long ownOrder) {
    if (farReads != fibers.current().farReads) {
      row.ifPresent(found -> oracle.find(key, found));
      return;
    }
    copiesServed++;
    oracle.checkCopy(key, row.orElseThrow(), fibers.now(), boundNanos, ownOrder);
  }

  private void readAll(SimNode node, ReadOptions options) {
    Set<String> asked = new LinkedHashSet<>(List.of(hotKey(), key(), key(), key()));
    Map<String, Long> ownOrders = new HashMap<>();
    asked.forEach(key -> ownOrders.put(key, node.ownOrder(key)));
    int failoversBefore = failovers;
    Set<String> farKeys = fibers.current().farKeys;
    farKeys.clear();
    Map<String, Reading<SimRow>> found = node.rows().readAll(asked, options).values();
    found.forEach((key, reading) -> {
      if (farKeys.contains(key)) {
        oracle.find(key, reading.value());
        return;
      }
      copiesServed++;
      long ownOrder = failovers == failoversBefore ? ownOrders.get(key) : 0;
      oracle.checkCopy(key, reading.value(), fibers.now(), boundNanos, ownOrder);
      checkAge(key, reading, options);
    });
  }

  private String key() {
    return keys.get(fibers.random().nextInt(keys.size()));
  }

  private void change(SimNode node, String key) {
    int drawn = fibers.random().nextInt(40);
    if (drawn == 0) {
      if (fibers.chance(0.2)) {
        node.rows().clear();
      }
      return;
    }
    if (drawn == 1) {
      node.rows().writeAll(List.of(put(key), put(key()), new Write.Remove<>(key(), always())));
      return;
    }
    int failoversBefore = failovers;
    fibers.current().lastOrder = 0;
    WriteResult result = node.rows().write(write(key, drawn));
    if (!(result instanceof WriteResult.Skipped) && failovers == failoversBefore) {
      node.wrote(key, fibers.current().lastOrder);
    }
  }

  private Write<SimRow> write(String key, int drawn) {
    return switch (drawn) {
      case 2, 3, 4 ->
          new Write.Put<>(key, row(), fibers.random().nextInt(3_000), new Condition.Absent<>());
      case 5, 6 -> new Write.Put<>(key, row(), Write.KEEP, new Condition.Present<>());
      case 7, 8, 9 -> new Write.Add<>(key, 1, 1, always());
      case 10, 11, 12 ->
          new Write.Patch<>(
              key, List.of(new Write.Change(0, server.nextVersion())), new Condition.Present<>());
      case 13, 14 -> new Write.Remove<>(key, always());
      case 15 ->
          new Write.Touch<>(key, 1 + fibers.random().nextInt(10_000), new Condition.Present<>());
      default -> put(key);
    };
  }

  private Write<SimRow> put(String key) {
    long ttlMillis = fibers.chance(0.3) ? 1 + fibers.random().nextInt(3_000) : 0;
    return new Write.Put<>(key, row(), ttlMillis, always());
  }

  private SimRow row() {
    return new SimRow(server.nextVersion(), 0);
  }

  private static Condition<SimRow> always() {
    return new Condition.Always<>();
  }
}
