package io.zeal.proofs.kill;

import io.zeal.proofs.BrokenPromiseException;
import io.zeal.proofs.process.Lines;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that uses tables until it is killed, or ends in peace when a byte comes. Ends when the
 * process that started it does.
 */
public final class Worker {

  /** What a survivor is told who is to judge, and to go on. */
  static final int JUDGE = 'j';

  /** Calls between opening and closing. */
  private static final int FEW = 24;

  /** Between two calls of who is not to be killed: he leaves the machine to the others. */
  private static final Duration LEISURE = Duration.ofMillis(1);

  private final Plan plan;
  private final Journal journal;
  private final Lines lines;
  private final CountDownLatch failed = new CountDownLatch(1);

  /** Hands are to rest, and it is to judge. */
  private volatile boolean judging;

  private volatile boolean over;

  private Worker(Plan plan, Lines lines) throws IOException {
    this.plan = plan;
    this.journal = Journal.open(plan.journal(plan.slot()));
    this.lines = lines;
  }

  /** Begins with the plan as its arguments. */
  public static void main(String[] args) {
    Lines lines = new Lines(new FileOutputStream(FileDescriptor.out));
    try {
      Plan plan = Plan.of(args);
      Worker worker = new Worker(plan, lines);
      Thread.ofPlatform().daemon().start(worker::awaitByte);
      worker.live();
      lines.say(Lines.OVER);
      System.exit(0);
    } catch (BrokenPromiseException e) {
      lines.wrong(String.valueOf(e.getMessage()));
    } catch (Exception | Error e) {
      lines.wrong(stackTrace(e));
    }
    Runtime.getRuntime().halt(1);
  }

  private static String stackTrace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  private void live() throws Exception {
    if (plan.steps() > 0 && plan.role() == Plan.Role.OPEN) {
      stopAfterSteps();
    }
    switch (plan.role()) {
      case WORK -> {
        try (Tables tables = Tables.open(plan.directory(), plan.timeout())) {
          work(tables);
        }
      }
      case OPEN -> openAgainAndAgain();
      case SURVIVE -> {
        try (Tables tables = Tables.open(plan.directory(), plan.timeout())) {
          Judge judge = Judge.of(tables, plan);
          lines.say(Lines.READY);
          while (!over) {
            work(tables);
            // The others are dead, and nobody came to take a place and end what they had begun.
            long checks = judge.judgeAll();
            judging = false;
            lines.say(Judge.CHECKED, checks);
          }
        }
      }
      case PROBE -> {
        try (Tables tables = Tables.open(plan.directory(), plan.timeout())) {
          probe(tables);
          lines.say(Judge.CHECKED, Judge.of(tables, plan).judgeAll());
        }
      }
      case LOOK -> {
        try (Tables tables = Tables.open(plan.directory(), plan.timeout())) {
          Judge judge = Judge.of(tables, plan);
          lines.say(Judge.CHECKED, judge.judgeAll());
          judge.inspect();
        }
      }
    }
  }

  /** Until it is killed; or let go, and then as many steps further on again. */
  private void stopAfterSteps() {
    Step.stopAfter(
        plan.steps(),
        () -> {
          journal.setStopped(plan.life());
          while (journal.stopped() == plan.life()) {
            LockSupport.parkNanos(LEISURE.toNanos());
          }
          stopAfterSteps();
        });
  }

  /** All hands until it is over. */
  private void work(Tables tables) throws InterruptedException {
    List<Thread> hands = new ArrayList<>();
    CountDownLatch ready = new CountDownLatch(Journal.HANDS);
    for (int i = 0; i < Journal.HANDS; i++) {
      int hand = i;
      hands.add(Thread.ofPlatform().start(() -> work(tables, hand, ready)));
    }
    ready.await();
    journal.setReady(plan.life());
    if (plan.steps() > 0) {
      stopAfterSteps();
    }
    for (Thread hand : hands) {
      hand.join();
    }
    if (failed.getCount() == 0) {
      Runtime.getRuntime().halt(1); // it was said why
    }
  }

  private void work(Tables tables, int hand, CountDownLatch ready) {
    try {
      Random random = new Random(plan.seed() + hand);
      Traffic traffic = new Traffic(tables, journal.hand(hand), plan.slot(), hand, random);
      traffic.takeUp();
      ready.countDown();
      while (!over && !judging) {
        traffic.act(plan.acts().get(random.nextInt(plan.acts().size())));
        if (plan.role() == Plan.Role.SURVIVE) {
          LockSupport.parkNanos(LEISURE.toNanos());
        }
      }
    } catch (RuntimeException | Error e) {
      lines.wrong(
          "Process "
              + plan.slot()
              + "."
              + plan.life()
              + ": "
              + (e instanceof BrokenPromiseException ? e.getMessage() : stackTrace(e)));
      failed.countDown();
      over = true;
      ready.countDown();
    }
  }

  private void openAgainAndAgain() {
    Random random = new Random(plan.seed());
    Journal.Hand hand = journal.hand(0);
    boolean first = true;
    while (!over) {
      hand.setUnderWay(Act.OPEN.code());
      Tables tables = Tables.open(plan.directory(), plan.timeout());
      hand.setUnderWay(0);
      Traffic traffic = new Traffic(tables, hand, plan.slot(), 0, random);
      if (first) {
        traffic.takeUp();
        journal.setReady(plan.life());
        first = false;
      }
      for (int i = random.nextInt(FEW); i > 0; i--) {
        traffic.act(plan.acts().get(random.nextInt(plan.acts().size())));
      }
      hand.setUnderWay(Act.CLOSE.code());
      tables.close();
      hand.setUnderWay(0);
    }
  }

  private void probe(Tables tables) {
    Prober prober = new Prober(tables, journal.hand(0), plan.slot());
    lines.say(Lines.READY);
    while (!over) {
      if (judging) {
        Prober.Seen seen = prober.probe();
        judging = false;
        lines.say(Judge.CHECKED, seen.checks(), seen.heldRows(), seen.blocked());
      }
      LockSupport.parkNanos(LEISURE.toNanos());
    }
  }

  private void awaitByte() {
    try (FileInputStream in = new FileInputStream(FileDescriptor.in)) {
      int said = in.read();
      while (said == JUDGE) {
        judging = true;
        said = in.read();
      }
      if (said >= 0) {
        over = true;
        int _ = in.read();
      }
    } catch (IOException e) {
      lines.wrong(stackTrace(e));
    }
    Runtime.getRuntime().halt(0);
  }
}
