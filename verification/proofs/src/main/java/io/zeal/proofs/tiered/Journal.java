package io.zeal.proofs.tiered;

import io.zeal.proofs.process.Lines;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What all processes of a round said, and what happened to the server. Each says in {@link Lines}:
 *
 * <pre>
 * P key number began ended           written and confirmed
 * D key number began ended           removed and confirmed
 * U key number began                 written or removed, or not: its end is not known
 * R key number first last end times  read several times: when the first and last began, the last ended
 * O key number floor since began ended   its own write, confirmed at "since", was not read
 * S name number                      a number of the store's
 * W text                             something that must never happen
 * </pre>
 */
final class Journal {

  /** A confirmed write of a key. */
  record Write(int process, long number, boolean isRemoval, long beganNanos, long endedNanos) {}

  /**
   * What a process read several times in a row.
   *
   * @param firstNanos when the first read began
   * @param lastNanos when the last began
   * @param lastEndNanos when that ended
   */
  record Run(
      int process,
      String key,
      long number,
      long firstNanos,
      long lastNanos,
      long lastEndNanos,
      long times) {

    /** When the first read had certainly ended: each ends before the next begins. */
    long seenNanos() {
      return times == 1 ? lastEndNanos : lastNanos;
    }
  }

  /** A process did not read its own confirmed write. */
  record Behind(
      int process,
      String key,
      long number,
      long floor,
      long sinceNanos,
      long beganNanos,
      long endedNanos) {}

  /**
   * The server lost rows: what was confirmed before {@code savedNanos} it has, what began after
   * {@code keptNanos} and was confirmed before {@code killedNanos} it has not.
   *
   * @param savedNanos before what it has was saved
   * @param keptNanos after that
   * @param killedNanos before it was killed
   * @param deadNanos when it was dead
   * @param backNanos when it was there again
   */
  record Loss(long savedNanos, long keptNanos, long killedNanos, long deadNanos, long backNanos) {

    /** Whether a write may be lost by it. */
    boolean mayHave(Write write) {
      return write.endedNanos >= savedNanos && write.beganNanos <= deadNanos;
    }

    /** Whether a write is lost by it in any case. */
    boolean has(Write write) {
      return write.beganNanos >= keptNanos && write.endedNanos < killedNanos;
    }
  }

  /** By key and number. */
  final Map<String, TreeMap<Long, Write>> writes = new HashMap<>();

  final List<Run> runs = new ArrayList<>();
  final List<Behind> behind = new ArrayList<>();
  final List<Loss> losses = new ArrayList<>();
  final List<String> wrong = new ArrayList<>();
  final Map<String, Long> numbers = new TreeMap<>();

  /** When each write began whose end is not known, by key and number. */
  final Map<String, TreeMap<Long, Long>> unconfirmed = new HashMap<>();

  /** When each number was first known to have been read, by key. */
  private final Map<String, Map<Long, Long>> seen = new HashMap<>();

  /** Takes what one process said. */
  void read(int process, List<String> lines) {
    for (String line : lines) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "P", "D" -> {
          Write write =
              new Write(
                  process,
                  number(words, 2),
                  words[0].equals("D"),
                  number(words, 3),
                  number(words, 4));
          writes.computeIfAbsent(words[1], key -> new TreeMap<>()).put(write.number, write);
        }
        case "U" ->
            unconfirmed
                .computeIfAbsent(words[1], key -> new TreeMap<>())
                .put(number(words, 2), number(words, 3));
        case "R" -> {
          Run run =
              new Run(
                  process,
                  words[1],
                  number(words, 2),
                  number(words, 3),
                  number(words, 4),
                  number(words, 5),
                  number(words, 6));
          runs.add(run);
          seen.computeIfAbsent(run.key, key -> new HashMap<>())
              .merge(run.number, run.seenNanos(), Math::min);
        }
        case "O" ->
            behind.add(
                new Behind(
                    process,
                    words[1],
                    number(words, 2),
                    number(words, 3),
                    number(words, 4),
                    number(words, 5),
                    number(words, 6)));
        case "S" -> numbers.merge(words[1], number(words, 2), Long::sum);
        case "W" -> wrong.add("process " + process + ": " + line.substring(2));
        case Lines.READY, Lines.OVER -> {}
        default -> throw new IllegalArgumentException("Process " + process + " said: " + line);
      }
    }
  }

  /**
   * The write that a number is from, as far as it is known: one without an answer ended when it was
   * first read, at the latest, and happened once, since writes are sent at most once (S14). Empty
   * where nothing is known of its end.
   */
  Optional<Write> written(String key, long number) {
    Write confirmed = writes.getOrDefault(key, new TreeMap<>()).get(number);
    if (confirmed != null) {
      return Optional.of(confirmed);
    }
    Long seenNanos = seen.getOrDefault(key, Map.of()).get(number);
    if (seenNanos == null || Plan.isShared(key)) {
      return Optional.empty();
    }
    long beganNanos =
        unconfirmed.getOrDefault(key, new TreeMap<>()).getOrDefault(number, Long.MIN_VALUE);
    return Optional.of(new Write(0, number, false, beganNanos, seenNanos));
  }

  private static long number(String[] words, int place) {
    return Long.parseLong(words[place]);
  }
}
