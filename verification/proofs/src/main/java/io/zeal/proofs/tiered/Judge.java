package io.zeal.proofs.tiered;

import io.zeal.proofs.tiered.Journal.Behind;
import io.zeal.proofs.tiered.Journal.Loss;
import io.zeal.proofs.tiered.Journal.Run;
import io.zeal.proofs.tiered.Journal.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Compares what was read with what is promised. Each key is written with rising numbers, so a
 * number was overwritten when a higher one was confirmed at the latest. All is in favour of what is
 * judged: a write counts from its answer, a read from its beginning, and nothing that may be
 * otherwise is taken for broken:
 *
 * <ul>
 *   <li>a write without an answer may happen at any later time, until its number is read: what
 *       began after that overwrote it, what began before may have been overwritten by it;
 *   <li>a write that the server may have lost overwrites nothing for reads that end after that.
 * </ul>
 */
final class Judge {

  private final Journal journal;
  private final long boundNanos;
  private final List<String> wrong;
  private long checks;

  private Judge(Journal journal, long boundNanos) {
    this.journal = journal;
    this.boundNanos = boundNanos;
    this.wrong = new ArrayList<>(journal.wrong);
  }

  /** What was wrong, and how much was looked at. */
  record Verdict(List<String> wrong, long checks) {}

  static Verdict of(Journal journal, long boundNanos) {
    Judge judge = new Judge(journal, boundNanos);
    journal.runs.forEach(judge::judge);
    journal.behind.forEach(judge::judge);
    return new Verdict(judge.wrong, judge.checks);
  }

  private void judge(Run run) {
    checks += run.times();
    if (run.number() == 0) {
      return; // what is not there is never read from a copy
    }
    Write over = overwritten(run);
    if (over != null) {
      stale(run, "overwritten by " + over.number(), over.endedNanos());
    }
    Optional<Write> written = journal.written(run.key(), run.number());
    for (Loss loss : journal.losses) {
      if (written.isPresent()
          && loss.has(written.get())
          && run.lastNanos() - loss.backNanos() > boundNanos) {
        stale(run, "lost by the server", loss.backNanos());
      }
    }
  }

  /** A higher write, confirmed longer ago than the bound. */
  private @Nullable Write overwritten(Run run) {
    for (Write write : later(run.key(), run.number())) {
      if (run.lastNanos() - write.endedNanos() > boundNanos
          && isOver(write, run.key(), run.number())
          && journal.losses.stream()
              .noneMatch(loss -> loss.killedNanos() < run.lastEndNanos() && loss.mayHave(write))) {
        return write;
      }
    }
    return null;
  }

  private Collection<Write> later(String key, long number) {
    return journal.writes.getOrDefault(key, new TreeMap<>()).tailMap(number, false).values();
  }

  /**
   * Whether a higher write that was confirmed happened later. The server itself counts what all
   * write, and a process that has its answer begins the next write after it; of a write without an
   * answer that is known once it was read.
   */
  private boolean isOver(Write higher, String key, long number) {
    return Plan.isShared(key)
        || journal.writes.getOrDefault(key, new TreeMap<>()).containsKey(number)
        || journal
            .written(key, number)
            .filter(write -> write.endedNanos() < higher.beganNanos())
            .isPresent();
  }

  private void stale(Run run, String why, long sinceNanos) {
    wrong.add(
        "process %d read %d of %s, %s %d ms before"
            .formatted(
                run.process(),
                run.number(),
                run.key(),
                why,
                TimeUnit.NANOSECONDS.toMillis(run.lastNanos() - sinceNanos)));
  }

  /** An own write is seen at once. */
  private void judge(Behind behind) {
    boolean mayBeLate =
        behind.number() == 0
            ? mayBeRemoved(behind)
            : !isOver(own(behind), behind.key(), behind.number());
    boolean mayBeLost =
        journal.losses.stream()
            .anyMatch(loss ->
                loss.killedNanos() < behind.endedNanos()
                    && behind.sinceNanos() >= loss.savedNanos()
                    && behind.sinceNanos() <= loss.backNanos());
    if (!mayBeLate && !mayBeLost) {
      wrong.add(
          "process %d read %d of %s, %d us after its own %d was confirmed"
              .formatted(
                  behind.process(),
                  behind.number(),
                  behind.key(),
                  TimeUnit.NANOSECONDS.toMicros(behind.beganNanos() - behind.sinceNanos()),
                  behind.floor()));
    }
  }

  /** Whether a removal behind the write was under way. */
  private boolean mayBeRemoved(Behind behind) {
    return journal.unconfirmed.containsKey(behind.key())
        || later(behind.key(), behind.floor()).stream()
            .anyMatch(write -> write.isRemoval() && write.beganNanos() < behind.endedNanos());
  }

  /** Its own write. Of one that was killed before it could say so, the beginning is not known. */
  private Write own(Behind behind) {
    Write said = journal.writes.getOrDefault(behind.key(), new TreeMap<>()).get(behind.floor());
    return said != null
        ? said
        : new Write(behind.process(), behind.floor(), false, Long.MIN_VALUE, behind.sinceNanos());
  }

  /** Counts of what was read and written. */
  static Map<String, Long> figures(Journal journal) {
    Map<String, Long> figures = new java.util.LinkedHashMap<>();
    figures.put("reads", journal.runs.stream().mapToLong(Run::times).sum());
    figures.put("writes", journal.writes.values().stream().mapToLong(Map::size).sum());
    return figures;
  }
}
