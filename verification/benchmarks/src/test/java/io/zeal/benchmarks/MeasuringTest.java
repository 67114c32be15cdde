package io.zeal.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MeasuringTest {

  private static final Pace BRIEF =
      new Pace(2, 1, Duration.ofMillis(1), 3, Duration.ofMillis(1), false);

  private final List<String> events = new ArrayList<>();
  private final Measuring measuring =
      new Measuring(
          BRIEF,
          (benchmark, setting, candidate) -> candidate.name().length(),
          new PrintStream(OutputStream.nullOutputStream()),
          false);

  @Test
  void thereIsALinePerPeerWithTheRoundsOfAll() throws Exception {
    List<Result> results =
        measuring.answer(FakeBenchmark.withGoals(Goal.demanded(FakeBenchmark.PEER, 1.5)));

    assertThat(results)
        .extracting(result -> result.peer().name())
        .containsExactly(FakeBenchmark.PEER, FakeBenchmark.OTHER);
    assertThat(results)
        .allSatisfy(result -> {
          assertThat(result.ours().name()).isEqualTo(FakeBenchmark.OURS);
          assertThat(result.ours().bytesPerOperation()).isEqualTo(4.0);
          assertThat(result.rounds()).hasSize(3);
        });
    assertThat(results.getFirst().goal()).isNotNull();
    assertThat(results.getLast().goal()).isNull();
  }

  @Test
  void whatWasOpenedIsClosedEvenIfTheNextCannotBeOpened() {
    FakeBenchmark benchmark =
        new FakeBenchmark(
            List.of(traced("ours"), traced("peer"), broken()), List.of(), OptionalLong.empty());

    assertThatThrownBy(() -> measuring.answer(benchmark)).hasMessage("no server");

    assertThat(events)
        .containsExactlyInAnyOrder("open ours", "open peer", "close ours", "close peer");
  }

  private Candidate traced(String name) {
    return new Candidate(
        name,
        setting -> {
          events.add("open " + name);
          return Subject.of(() -> events.add("close " + name), (picks, count, sink) -> {});
        });
  }

  private static Candidate broken() {
    return new Candidate(
        "broken",
        setting -> {
          throw new IllegalStateException("no server");
        });
  }
}
