package io.zeal.proofs.tiered;

import io.zeal.proofs.BrokenPromiseException;
import io.zeal.proofs.Proof;
import io.zeal.proofs.SkippedException;
import io.zeal.proofs.process.Life;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.MissingServerException;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One round: processes write and read, things happen to them, then each says what it saw to the
 * end, and all of it is judged.
 */
final class Round implements AutoCloseable {

  /** How much happens. */
  enum Length {
    SHORT(1),
    WHOLE(8);

    private final int troubles;

    Length(int troubles) {
      this.troubles = troubles;
    }
  }

  /** What a server that is killed has when it is there again. */
  private enum Kept {
    NOTHING,
    /** What it had when the last snapshot was made. */
    SNAPSHOT,
    EVERYTHING
  }

  private static final List<String> DRIVERS = List.of("jedis", "lettuce", "redisson");
  private static final double LOST = 0.01;
  private static final int MOST_TOLD = 12;

  /** One for all keys, fewer than keys, more. */
  private static final List<Integer> BUCKETS = List.of(1, 3, 16);

  private final Scenario scenario;
  private final Length length;
  private final Random random;
  private final Plan plan;
  private final Kept kept;
  private final RedisServer server;
  private final Path directory;
  private final List<FaultProxy> lines = new ArrayList<>(); // by slot
  private final List<Life> living = new ArrayList<>(); // by slot
  private final Map<Life, Integer> lives = new LinkedHashMap<>(); // and their numbers
  private final Journal journal = new Journal();
  private final Map<String, Long> figures = new LinkedHashMap<>();
  private final Set<Trouble> happened = EnumSet.noneOf(Trouble.class);
  private boolean held;

  private Round(
      Scenario scenario,
      Length length,
      Random random,
      Plan plan,
      Kept kept,
      RedisServer server,
      Path directory) {
    this.scenario = scenario;
    this.length = length;
    this.random = random;
    this.plan = plan;
    this.kept = kept;
    this.server = server;
    this.directory = directory;
  }

  /** The seeds of three rounds in a row are of three drivers. */
  static Round open(Scenario scenario, long seed, Length length)
      throws IOException, SkippedException {
    Random random = new Random(seed);
    Kept kept =
        scenario.losesRows()
            ? Kept.values()[random.nextInt(Kept.values().length)]
            : Kept.EVERYTHING;
    Duration heartbeat = Duration.ofMillis(50 + random.nextInt(250));
    Duration detection = Duration.ofMillis(100 + random.nextInt(300));
    Duration nearTtl = Duration.ofMillis(random.nextInt(3) == 0 ? 150 : 5_000);
    Plan plan =
        new Plan(
            0,
            0,
            DRIVERS.get(Math.floorMod(seed, DRIVERS.size())),
            "",
            0,
            heartbeat,
            detection,
            nearTtl,
            random.nextBoolean() ? "a secret of the proof, " + random.nextLong() : "-",
            kept == Kept.EVERYTHING,
            BUCKETS.get(random.nextInt(BUCKETS.size())));
    RedisOptions options = RedisOptions.defaults();
    if (kept == Kept.EVERYTHING) {
      options = options.with("appendonly", "yes").with("appendfsync", "always");
    }
    try {
      return new Round(
          scenario,
          length,
          random,
          plan,
          kept,
          RedisServer.start(options),
          Files.createTempDirectory("zeal-tiered"));
    } catch (MissingServerException e) {
      throw new SkippedException(String.valueOf(e.getMessage()));
    }
  }

  Proof.Tally run() throws Exception {
    try {
      begin();
      for (int i = 0; i < length.troubles; i++) {
        happen(scenario.troubles().get(random.nextInt(scenario.troubles().size())));
        pass(200, 600);
      }
      return judge();
    } catch (BrokenPromiseException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new BrokenPromiseException(where() + ": " + e, e);
    }
  }

  private String where() {
    return plan + ", server that keeps " + kept + ", said in " + directory;
  }

  // --- Processes and lines ---

  private void begin() throws IOException {
    for (int slot = 0; slot < Plan.SLOTS; slot++) {
      lines.add(FaultProxy.start(server.port()));
      lose(lines.get(slot), LOST);
      living.add(live(slot));
    }
    for (Life life : living) {
      life.awaitReady();
    }
    pass(300, 600);
  }

  private Life live(int slot) throws IOException {
    String url = "redis://" + lines.get(slot).address();
    Plan own = plan.as(lives.size() + 1, slot, random.nextLong(), url);
    Life life =
        Life.begin(Integer.toString(own.process()), Member.class, own.toArguments(), directory);
    lives.put(life, own.process());
    return life;
  }

  private void lose(FaultProxy line, double part) {
    Random lot = new Random(random.nextLong());
    line.dropMessages(message -> {
      synchronized (lot) {
        return lot.nextDouble() < part;
      }
    });
  }

  private void pass(int leastMillis, int mostMillis) {
    long until =
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(leastMillis + random.nextInt(mostMillis - leastMillis));
    for (long left = 1; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  // --- What happens ---

  private void happen(Trouble trouble) throws IOException, InterruptedException {
    happened.add(trouble);
    figures.merge(trouble.name().toLowerCase(Locale.ROOT).replace('_', ' '), 1L, Long::sum);
    int boundMillis = Math.toIntExact(plan.bound().toMillis());
    switch (trouble) {
      case SERVER_KILLED -> killServer();
      case SERVER_STANDS_STILL -> {
        server.pause();
        pass(50, 4 * boundMillis);
        server.resume();
      }
      case MEMBER_KILLED -> {
        int slot = random.nextInt(Plan.SLOTS);
        living.get(slot).kill();
        lines.get(slot).cut(); // nothing of it is on its way any more
        living.set(slot, live(slot));
        living.get(slot).awaitReady();
      }
      case MEMBER_STANDS_STILL ->
          living
              .get(random.nextInt(Plan.SLOTS))
              .standStill(Duration.ofMillis(boundMillis + random.nextInt(3 * boundMillis)));
      case CUTS, REFUSE, BLACK_HOLE, SLOW, MESSAGES_LATE, MESSAGES_LOST ->
          breakLines(trouble, boundMillis);
    }
  }

  private void breakLines(Trouble trouble, int boundMillis) {
    List<FaultProxy> hit =
        random.nextBoolean() ? lines : List.of(lines.get(random.nextInt(lines.size())));
    switch (trouble) {
      case CUTS -> {
        for (int i = 0; i < 10; i++) {
          hit.forEach(FaultProxy::cut);
          pass(1, 80);
        }
      }
      case REFUSE -> {
        hit.forEach(FaultProxy::refuse);
        hit.forEach(FaultProxy::cut);
        pass(50, 1_000);
      }
      case BLACK_HOLE -> {
        hit.forEach(FaultProxy::blackHole);
        pass(50, 2_500);
      }
      case SLOW -> {
        hit.forEach(line -> line.delay(Duration.ofMillis(1 + random.nextInt(boundMillis))));
        pass(300, 1_500);
      }
      case MESSAGES_LATE -> {
        int most = 2 * boundMillis;
        hit.forEach(line -> line.delayMessages(Duration.ofMillis(20 + random.nextInt(most))));
        pass(300, 20 + 2 * most);
      }
      case MESSAGES_LOST -> {
        hit.forEach(line -> lose(line, 0.3));
        pass(300, 1_500);
      }
      case SERVER_KILLED, SERVER_STANDS_STILL, MEMBER_KILLED, MEMBER_STANDS_STILL ->
          throw new IllegalArgumentException("Not of lines: " + trouble);
    }
    hit.forEach(FaultProxy::pass);
    for (FaultProxy line : hit) {
      lose(line, LOST);
    }
  }

  private void killServer() {
    long saved = Long.MIN_VALUE;
    long afterwards = Long.MIN_VALUE;
    if (kept == Kept.SNAPSHOT) {
      saved = System.nanoTime();
      server.command("SAVE");
      afterwards = System.nanoTime();
      pass(50, 400);
    }
    long killed = System.nanoTime();
    server.kill();
    long dead = System.nanoTime();
    pass(5, 600);
    server.restart();
    if (kept != Kept.EVERYTHING) {
      journal.losses.add(new Journal.Loss(saved, afterwards, killed, dead, System.nanoTime()));
    }
  }

  // --- The end ---

  private Proof.Tally judge() throws Exception {
    for (Life life : living) {
      life.askToEnd();
    }
    for (Life life : living) {
      life.awaitPeace();
    }
    for (Map.Entry<Life, Integer> each : lives.entrySet()) {
      journal.read(each.getValue(), each.getKey().lines());
    }
    Judge.Verdict verdict = Judge.of(journal, plan.bound().toNanos());
    List<String> wrong = new ArrayList<>(verdict.wrong());
    long hits = number("hits");
    if (hits < 100) {
      wrong.add("Hardly anything was read from copies: " + journal.numbers);
    }
    wrong.addAll(unseen());
    if (!wrong.isEmpty()) {
      throw broken(wrong);
    }
    held = true;
    Map<String, Long> all = Judge.figures(journal);
    all.put("hits", hits);
    all.put("frames dropped", sum(FaultProxy::droppedMessages));
    all.put("frames late", sum(FaultProxy::delayedMessages));
    all.put("connections cut", sum(FaultProxy::cutConnections));
    for (String number : List.of("missedSteps", "otherEpochs", "wentBack", "gaps", "repeats")) {
      all.put(number, number(number));
    }
    all.putAll(figures);
    all.putAll(Coherence.figures(journal));
    long calls = all.getOrDefault("reads", 0L) + all.getOrDefault("writes", 0L);
    return new Proof.Tally(calls, verdict.checks(), all);
  }

  /** A round in which nothing went wrong shows nothing: what happened must have left its trace. */
  private List<String> unseen() {
    List<String> unseen = new ArrayList<>();
    if (sum(FaultProxy::droppedMessages) == 0) {
      unseen.add("No proof: no frame was lost.");
    }
    if (number("missedSteps") + number("otherEpochs") + number("gaps") == 0) {
      unseen.add("No proof: no process noticed that it had missed something: " + journal.numbers);
    }
    if (happened.contains(Trouble.MESSAGES_LATE) && sum(FaultProxy::delayedMessages) == 0) {
      unseen.add("No proof: no frame was late.");
    }
    if (happened.stream().anyMatch(Trouble::cuts) && sum(FaultProxy::cutConnections) == 0) {
      unseen.add("No proof: no connection was cut.");
    }
    return unseen;
  }

  private long sum(ToLongFunction<FaultProxy> number) {
    return lines.stream().mapToLong(number).sum();
  }

  /** What all processes counted that ended in peace. */
  private long number(String name) {
    return journal.numbers.getOrDefault(name, 0L);
  }

  private BrokenPromiseException broken(List<String> wrong) {
    return new BrokenPromiseException(
        wrong.stream()
            .limit(MOST_TOLD)
            .collect(
                Collectors.joining(
                    "\n    ",
                    wrong.size() + " wrong, with " + where() + ", " + figures + "\n    ",
                    wrong.size() > MOST_TOLD ? "\n    ..." : "")));
  }

  @Override
  public void close() throws IOException {
    lives.keySet().forEach(Life::abandon);
    lines.forEach(FaultProxy::close);
    server.close();
    if (held) {
      List<Path> all;
      try (Stream<Path> paths = Files.walk(directory)) {
        all = paths.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path each : all) {
        Files.deleteIfExists(each);
      }
    }
  }
}
