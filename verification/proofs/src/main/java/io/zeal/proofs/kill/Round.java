package io.zeal.proofs.kill;

import io.zeal.proofs.BrokenPromiseException;
import io.zeal.proofs.Proof;
import io.zeal.proofs.process.Life;
import io.zeal.proofs.process.Life.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One round: in each slot but the first, processes are killed one after the other; the process of
 * the first one sees all of them die. In the end it judges, and then one that has just come.
 */
final class Round implements AutoCloseable {

  /** How many processes die in each slot. */
  static final int LIVES = 15;

  /**
   * Longer than any process can be kept from going on here, unless something is held by a dead one.
   */
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** How many of them, at most, until the survivor judges. */
  private static final int LIVES_AT_ONCE = 4;

  private static final int STEPS_OF_OPENING = 250;
  private static final int STEPS_OF_CALLS = 400;

  private static final Duration LONGEST_START = Duration.ofSeconds(60);

  private final Scenario scenario;
  private final long seed;
  private final int lives;
  private final Path directory;
  private final Path journals;
  private final Path said;
  private final Machines machines;
  private final Map<String, Long> figures = new TreeMap<>(); // under its own monitor
  private final List<Life> begun = new ArrayList<>(); // under its own monitor
  private long checks;
  private boolean held;

  private Round(Scenario scenario, long seed, int lives, Path directory, Machines machines)
      throws IOException {
    this.scenario = scenario;
    this.seed = seed;
    this.lives = lives;
    this.directory = directory;
    this.journals = Files.createDirectory(directory.resolve("journals"));
    this.said = Files.createDirectory(directory.resolve("said"));
    this.machines = machines;
  }

  static Round open(Scenario scenario, long seed, int lives) throws Exception {
    return new Round(scenario, seed, lives, Directories.create(), Machines.get());
  }

  Proof.Tally run() throws Exception {
    try {
      Life survivor = begin(Plan.Role.SURVIVE, 0, 1, new Random(seed), 0, machines.usual());
      Random random = new Random(seed + 2);
      long next = 1;
      while (next <= lives) {
        long end = Math.min(lives + 1L, next + 1 + random.nextInt(LIVES_AT_ONCE));
        killAll(next, end);
        judge(survivor);
        next = end;
      }
      requireNothingWrong(survivor);
      survivor.askToEnd();
      end(survivor);
      end(begin(Plan.Role.LOOK, 0, 2, new Random(seed + 1), 0, machines.usual()));
      held = true;
      return new Proof.Tally(calls(), checks, figures);
    } catch (BrokenPromiseException e) {
      throw new BrokenPromiseException(
          e.getMessage() + " Round of " + scenario.name() + ", what was left: " + directory);
    }
  }

  private Life begin(
      Plan.Role role, int slot, long life, Random random, long steps, Machine machine)
      throws IOException {
    Plan plan =
        new Plan(
            tables(),
            journals,
            role,
            slot,
            life,
            random.nextLong(),
            TIMEOUT,
            steps,
            scenario.acts());
    Life begun = Life.begin(slot + "." + life, Worker.class, machine, plan.toArguments(), said);
    synchronized (this.begun) {
      this.begun.add(begun);
    }
    return begun;
  }

  private Path tables() {
    return directory.resolve("tables");
  }

  // --- Kills ---

  /** Those lives of every slot; all are dead afterwards. */
  private void killAll(long first, long end) throws Exception {
    ExecutorService slots =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory());
    try {
      List<Future<?>> killed = new ArrayList<>();
      for (int slot = 1; slot < Tables.SLOTS; slot++) {
        int number = slot;
        killed.add(
            slots.submit(() -> {
              killIn(number, first, end);
              return true;
            }));
      }
      for (Future<?> each : killed) {
        var _ = each.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      slots.shutdownNow();
    }
  }

  private void killIn(int slot, long first, long end) throws Exception {
    Random random = new Random((seed * Tables.SLOTS + slot) * LIVES + first);
    Plan.Role role = slot <= scenario.openers() ? Plan.Role.OPEN : Plan.Role.WORK;
    Journal journal = Journal.open(journals.resolve("journal-" + slot));
    for (long i = first; i < end; i++) {
      long number = i;
      if (scenario.stepped()) {
        long steps =
            1L + random.nextInt(role == Plan.Role.OPEN ? STEPS_OF_OPENING : STEPS_OF_CALLS);
        Life life = begin(role, slot, number, random, steps, machines.stepped());
        await(life, () -> journal.stopped() >= number);
        kill(life, journal, number);
      } else {
        Life life = begin(role, slot, number, random, 0, machines.any(random));
        awaitInstant(life, journal, number, random);
        kill(life, journal, number);
      }
    }
  }

  private static void awaitInstant(Life life, Journal journal, long number, Random random) {
    if (random.nextInt(5) == 0) {
      // While it begins, and takes up what an earlier life left.
      pass(random.nextInt(500_000));
    } else {
      await(life, () -> journal.ready() >= number);
      // Mostly soon: what counts is how many die.
      double part = random.nextDouble();
      pass((int) (part * part * part * 120_000));
    }
  }

  private static void await(Life life, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONGEST_START.toNanos();
    while (!condition.getAsBoolean() && life.isAlive()) {
      if (System.nanoTime() > deadline) {
        throw new BrokenPromiseException("A process does not get on within " + LONGEST_START + ".");
      }
      pass(1_000);
    }
  }

  private static void pass(int micros) {
    long until = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
    for (long left = 1; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void kill(Life life, Journal journal, long number)
      throws IOException, InterruptedException {
    life.kill();
    requireNothingWrong(life);
    if (life.endedWith(0) || life.endedWith(1)) {
      throw new BrokenPromiseException("A process ended by itself: " + life.errors());
    }
    tell("kills");
    if (journal.ready() < number) {
      tell("as they began");
    }
    for (int hand = 0; hand < Journal.HANDS; hand++) {
      long act = journal.hand(hand).underWay();
      if (act != 0) {
        tell("in " + Act.of(act).name().toLowerCase(Locale.ROOT));
        journal.hand(hand).setUnderWay(0);
      }
    }
  }

  private void tell(String what) {
    synchronized (figures) {
      figures.merge(what, 1L, Long::sum);
    }
  }

  // --- Judgement ---

  private static void judge(Life survivor) throws IOException {
    survivor.awaitReady();
    long judged = judgements(survivor);
    requireNothingWrong(survivor);
    survivor.tell(Worker.JUDGE);
    long deadline = System.nanoTime() + LONGEST_START.toNanos();
    while (judgements(survivor) == judged) {
      requireNothingWrong(survivor);
      if (!survivor.isAlive() || System.nanoTime() > deadline) {
        throw new BrokenPromiseException("The survivor does not judge: " + survivor.errors());
      }
      pass(1_000);
    }
  }

  private static long judgements(Life life) throws IOException {
    return life.lines().stream().filter(line -> line.startsWith(Judge.CHECKED)).count();
  }

  private static void requireNothingWrong(Life life) throws IOException {
    for (String line : life.lines()) {
      if (line.startsWith("W ")) {
        throw new BrokenPromiseException(line);
      }
    }
  }

  private void end(Life life) throws IOException, InterruptedException {
    life.awaitEnd("that judges");
    requireNothingWrong(life);
    for (String line : life.lines()) {
      if (line.startsWith(Judge.CHECKED + " ")) {
        checks += Long.parseLong(line.substring(Judge.CHECKED.length() + 1));
      }
    }
    life.awaitPeace();
  }

  private long calls() throws IOException {
    long calls = 0;
    for (int slot = 0; slot < Tables.SLOTS; slot++) {
      Journal journal = Journal.open(journals.resolve("journal-" + slot));
      for (int hand = 0; hand < Journal.HANDS; hand++) {
        calls += journal.hand(hand).calls();
      }
    }
    return calls;
  }

  /** Ends whatever lives; what was left stays only if something was wrong. */
  @Override
  public void close() throws IOException {
    synchronized (begun) {
      begun.forEach(Life::abandon);
    }
    if (held) {
      Directories.delete(directory);
    }
  }
}
