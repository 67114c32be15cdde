package io.zeal.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PairedRunTest {

  private static final Duration WARM_UP = Duration.ofMillis(7);
  private static final Duration SLICE = Duration.ofMillis(11);

  private final Map<String, Subject> subjects = new LinkedHashMap<>();
  private final List<String> order = new ArrayList<>();
  private final List<Duration> lengths = new ArrayList<>();

  @Test
  void everyRoundRunsEveryCandidateOnce() throws Exception {
    measure(3, 20);

    for (int round = 0; round < 23; round++) {
      assertThat(order.subList(3 * round, 3 * round + 3))
          .as("round %d", round)
          .containsExactlyInAnyOrder("a", "b", "c");
    }
    assertThat(order).hasSize(69);
  }

  @Test
  void warmUpRoundsHaveTheirOwnLengthAndAreForgotten() throws Exception {
    List<Round> rounds = measure(2, 4);

    assertThat(rounds).hasSize(4);
    assertThat(lengths.subList(0, 6)).containsOnly(WARM_UP);
    assertThat(lengths.subList(6, 18)).hasSize(12).containsOnly(SLICE);
  }

  @Test
  void everyoneIsFirstNowAndThen() throws Exception {
    Set<String> first = new HashSet<>();
    for (Round round : measure(0, 20)) {
      first.add(round.nanosPerOperation().keySet().iterator().next());
    }

    assertThat(first).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void theOrderIsTheSameInEveryRun() throws Exception {
    measure(1, 10);
    List<String> before = List.copyOf(order);
    order.clear();

    measure(1, 10);

    assertThat(order).isEqualTo(before);
  }

  @Test
  void ratiosAreTakenWithinARoundSoAMachineThatSlowsDownDoesNotShow() throws Exception {
    List<Round> rounds = measure(0, 9);

    assertThat(rounds.getLast().nanosOf("a")).isGreaterThan(5 * rounds.getFirst().nanosOf("a"));
    assertThat(rounds).allSatisfy(round -> assertThat(round.ratio("a", "b")).isEqualTo(0.5));
  }

  /** "b" takes twice as long as "a" and "c"; every round all take as much more as the first did. */
  private List<Round> measure(int warmUpRounds, int rounds) throws Exception {
    for (String name : List.of("a", "b", "c")) {
      subjects.put(name, Subject.of(() -> {}, (picks, count, sink) -> {}));
    }
    Pace pace = new Pace(0, 0, WARM_UP, rounds, SLICE, false);
    return new PairedRun(pace, this::slice).measure(subjects, warmUpRounds);
  }

  private double slice(Subject subject, Duration length) {
    int round = 1 + order.size() / 3;
    String name =
        subjects.entrySet().stream()
            .filter(each -> each.getValue().equals(subject))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    order.add(name);
    lengths.add(length);
    return round * (name.equals("b") ? 20.0 : 10.0);
  }
}
