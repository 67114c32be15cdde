package io.zeal.proofs.messages;

import io.zeal.proofs.messages.Consumer.Answer;
import io.zeal.proofs.process.Lines;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What all processes of a round said. For one thread. */
final class Journal {

  /** A call that publishes. */
  static final class Publication {
    final int process;
    final long beganNanos;
    final long beganMillis;
    final String publisherId; // empty for none
    final long windowMillis;
    final List<Long> numbers;
    List<StreamId> ids = List.of(); // once it was confirmed
    boolean failed;
    boolean unknown;

    Publication(
        int process,
        long beganNanos,
        long beganMillis,
        String publisherId,
        long windowMillis,
        List<Long> numbers) {
      this.process = process;
      this.beganNanos = beganNanos;
      this.beganMillis = beganMillis;
      this.publisherId = publisherId;
      this.windowMillis = windowMillis;
      this.numbers = List.copyOf(numbers);
    }

    boolean isConfirmed() {
      return !ids.isEmpty();
    }

    /** Whether it is certain that it changed nothing. */
    boolean didNotHappen() {
      return failed && !unknown;
    }

    @Override
    public String toString() {
      return "publication of "
          + numbers
          + (publisherId.isEmpty() ? "" : " as " + publisherId)
          + " by process "
          + process;
    }
  }

  /** A delivery. */
  static final class Handout {
    final int process;
    final Group group;
    final long beganNanos;
    final StreamId id;
    final long number;
    final long count;
    final boolean claimedAtBegin;

    /** The latest time at which its claim certainly stood; 0 for none. */
    long heldNanos;

    long answeredNanos;
    @Nullable Answer answer;
    boolean claimedAtAnswer;
    long delayMillis;

    Handout(
        int process,
        Group group,
        long beganNanos,
        StreamId id,
        long number,
        long count,
        boolean claimed) {
      this.process = process;
      this.group = group;
      this.beganNanos = beganNanos;
      this.id = id;
      this.number = number;
      this.count = count;
      this.claimedAtBegin = claimed;
      this.heldNanos = claimed ? beganNanos : 0;
    }

    /** Whether this may have been recorded as the end of the message. */
    boolean mayHaveHandled() {
      return answer == Answer.DONE && claimedAtAnswer;
    }

    boolean mayHaveBeenAnsweredBy(Answer asked) {
      return answer == asked && claimedAtAnswer;
    }

    @Override
    public String toString() {
      return "delivery %d of %s (number %d) to group %s by process %d%s%s"
          .formatted(
              count,
              id,
              number,
              group.title(),
              process,
              claimedAtBegin ? "" : ", without a claim",
              answer == null
                  ? ", cut off"
                  : ", answered " + answer + (claimedAtAnswer ? "" : " without a claim"));
    }
  }

  /** What else is known of a process. */
  static final class Facts {
    /** When it stood still or did not get on, and for how long. */
    final Map<Long, Long> stallMillis = new HashMap<>();

    /** When it said so, and how often it had lost its membership by then. */
    final Map<Group, Map<Long, Long>> gaps = new HashMap<>();

    final Map<Group, Long> closeBegan = new HashMap<>();
    final Map<Group, Long> closed = new HashMap<>();

    /** When it was seen to have ended. */
    long endedNanos = Long.MAX_VALUE;

    boolean inPeace;

    long gaps(Group group) {
      return gaps.getOrDefault(group, Map.of()).values().stream()
          .mapToLong(Long::longValue)
          .max()
          .orElse(0);
    }

    /** When it first knew of a lost membership. */
    OptionalLong firstGapNanos(Group group) {
      return gaps.getOrDefault(group, Map.of()).keySet().stream().mapToLong(Long::longValue).min();
    }
  }

  final List<Publication> publications = new ArrayList<>();
  final List<Handout> handouts = new ArrayList<>();
  final Map<Integer, Facts> facts = new HashMap<>();
  final List<String> wrong = new ArrayList<>();

  /** Takes up what a process said until it ended. */
  void read(int process, List<String> lines, long endedNanos) {
    Facts mine = facts.computeIfAbsent(process, it -> new Facts());
    mine.endedNanos = endedNanos;
    Map<String, Publication> calls = new HashMap<>();
    Map<String, Handout> deliveries = new HashMap<>();
    for (String line : lines) {
      String[] words = line.split(" ", 8);
      switch (words[0]) {
        case "B" -> {
          Publication call = publication(process, words);
          calls.put(words[1], call);
          publications.add(call);
        }
        case "C" -> known(calls, words).ids = ids(words[3]);
        case "U" -> {
          Publication call = known(calls, words);
          call.failed = true;
          call.unknown = words[3].equals("UNKNOWN");
        }
        case "H" -> {
          Handout handout = handout(process, words);
          deliveries.put(words[1], handout);
          handouts.add(handout);
        }
        case "K" -> {
          Handout handout = known(deliveries, words);
          handout.heldNanos = Math.max(handout.heldNanos, Long.parseLong(words[2]));
        }
        case "A" -> {
          Handout handout = known(deliveries, words);
          answer(handout, words);
          if (handout.answer == Answer.DIE) {
            mine.endedNanos = Math.min(mine.endedNanos, handout.answeredNanos);
          }
        }
        case "G" ->
            mine.gaps
                .computeIfAbsent(Group.titled(words[1]), it -> new HashMap<>())
                .put(Long.parseLong(words[2]), Long.parseLong(words[3]));
        case "X" -> mine.closeBegan.put(Group.titled(words[1]), Long.parseLong(words[2]));
        case "Y" -> mine.closed.put(Group.titled(words[1]), Long.parseLong(words[2]));
        case "L" -> mine.stallMillis.put(Long.parseLong(words[1]), Long.parseLong(words[2]));
        case "W" -> wrong.add("Process " + process + ": " + line.substring(2));
        case Lines.READY -> {}
        case Lines.OVER -> mine.inPeace = true;
        default -> throw new IllegalStateException("Process " + process + " says: " + line);
      }
    }
  }

  private static <T> T known(Map<String, T> all, String[] words) {
    T found = all.get(words[1]);
    if (found == null) {
      throw new IllegalStateException("A process speaks of what never began: " + words[1]);
    }
    return found;
  }

  private static Publication publication(int process, String[] words) {
    return new Publication(
        process,
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        words[4].equals("-") ? "" : words[4],
        Long.parseLong(words[5]),
        Stream.of(words[6].split(",", -1)).map(Long::valueOf).toList());
  }

  private static List<StreamId> ids(String joined) {
    return Stream.of(joined.split(",", -1)).map(StreamId::of).toList();
  }

  private static Handout handout(int process, String[] words) {
    return new Handout(
        process,
        Group.titled(words[2]),
        Long.parseLong(words[3]),
        StreamId.of(words[4]),
        Long.parseLong(words[5]),
        Long.parseLong(words[6]),
        Boolean.parseBoolean(words[7]));
  }

  private static void answer(Handout handout, String[] words) {
    handout.answeredNanos = Long.parseLong(words[2]);
    handout.claimedAtAnswer = Boolean.parseBoolean(words[3]);
    handout.answer = Answer.valueOf(words[4]);
    handout.delayMillis = Long.parseLong(words[5]);
    if (handout.claimedAtAnswer) {
      handout.heldNanos = Math.max(handout.heldNanos, handout.answeredNanos);
    }
  }
}
