package io.zeal.proofs.kill;

import io.zeal.proofs.BrokenPromiseException;
import io.zeal.proofs.Proof;
import io.zeal.proofs.kill.Plan.Role;
import io.zeal.proofs.process.Life;
import io.zeal.proofs.process.Life.Machine;
import io.zeal.proofs.process.Lines;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A process is stopped in the middle of changes, by SIGSTOP, and goes on; nobody dies. */
final class PauseProof implements Proof {

  /** Stops of a round. */
  static final int STOPS = 12;

  private static final int SLOT = 1;
  private static final int MOST_STEPS = 400;
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(60);

  @Override
  public String area() {
    return "kill";
  }

  @Override
  public String name() {
    return "pause";
  }

  @Override
  public String claim() {
    return "a process stands still before a store; readers never wait, its row and bucket alone are held,"
        + " and afterwards all is exact";
  }

  @Override
  public Tally round(long seed) throws Exception {
    return round(seed, STOPS);
  }

  /** A round of so many stops. */
  Tally round(long seed, int stops) throws Exception {
    Path directory = Directories.create();
    try {
      Tally tally = round(new Random(seed), stops, directory);
      Directories.delete(directory);
      return tally;
    } catch (BrokenPromiseException e) {
      throw new BrokenPromiseException(e.getMessage() + " What was left: " + directory, e);
    }
  }

  private static Tally round(Random random, int stops, Path directory) throws Exception {
    Machines machines = Machines.get();
    Life prober = begin(Role.PROBE, 0, random, 0, SHORT, machines.usual(), directory);
    long steps = 1L + random.nextInt(MOST_STEPS);
    Life other = begin(Role.WORK, SLOT, random, steps, LONG, machines.stepped(), directory);
    try {
      Journal journal = Journal.open(directory.resolve("journal-" + SLOT));
      prober.awaitReady();
      for (int stop = 1; stop <= stops; stop++) {
        await(other, () -> journal.stopped() != 0);
        other.stop();
        tell(prober, Worker.JUDGE, stop);
        other.goOn();
        journal.setStopped(0);
      }
      other.askToEnd();
      journal.setStopped(0);
      await(other, () -> letGo(journal, other));
      end(other);
      prober.askToEnd();
      end(prober);
      Life looker = begin(Role.LOOK, 2, random, 0, LONG, machines.usual(), directory);
      end(looker);
      return tally(prober, looker, stops);
    } finally {
      other.goOn();
      other.abandon();
      prober.abandon();
    }
  }

  private static Life begin(
      Role role,
      int slot,
      Random random,
      long steps,
      Duration timeout,
      Machine machine,
      Path directory)
      throws IOException {
    Plan plan =
        new Plan(
            directory.resolve("tables"),
            directory,
            role,
            slot,
            1,
            random.nextLong(),
            timeout,
            steps,
            Scenario.PAUSED);
    return Life.begin("p" + slot, Worker.class, machine, plan.toArguments(), directory);
  }

  /** It stops again until it has heard that it is over. */
  private static boolean letGo(Journal journal, Life other) {
    journal.setStopped(0);
    return !other.isAlive();
  }

  private static void await(Life life, BooleanSupplier condition) throws IOException {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      requireNothingWrong(life);
      if (System.nanoTime() > deadline) {
        throw new BrokenPromiseException("A process does not get on within " + LONG);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private static void tell(Life prober, int word, long answers) throws IOException {
    prober.tell(word);
    await(
        prober,
        () -> {
          try {
            return prober.lines().stream().filter(PauseProof::isSeen).count() >= answers;
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private static boolean isSeen(String line) {
    return line.startsWith(Judge.CHECKED + " ");
  }

  private static void requireNothingWrong(Life life) throws IOException {
    for (String line : life.lines()) {
      if (line.startsWith("W ")) {
        throw new BrokenPromiseException(line);
      }
    }
    if (!life.isAlive() && !life.lines().contains(Lines.OVER)) {
      throw new BrokenPromiseException("A process ended by itself: " + life.errors());
    }
  }

  private static void end(Life life) throws IOException, InterruptedException {
    life.awaitEnd("that was asked to end");
    requireNothingWrong(life);
    life.awaitPeace();
  }

  private static Tally tally(Life prober, Life looker, int stops) throws IOException {
    long checks = 0;
    Map<String, Long> figures = new LinkedHashMap<>();
    figures.put("stops", (long) stops);
    for (Life life : new Life[] {prober, looker}) {
      for (String line : life.lines()) {
        if (isSeen(line)) {
          String[] words = line.split(" ", -1);
          checks += Long.parseLong(words[1]);
          if (words.length > 2) {
            figures.merge("held rows met", Long.parseLong(words[2]), Long::sum);
            figures.merge("rows that could not come", Long.parseLong(words[3]), Long::sum);
          }
        }
      }
    }
    return new Tally(0, checks, figures);
  }
}
