package io.zeal.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadedSlicerTest {

  @Test
  void everyThreadWorksWithPicksOfItsOwn() throws Exception {
    Map<Thread, Picks> seen = new ConcurrentHashMap<>();
    Subject subject =
        Subject.of(() -> {}, (picks, count, sink) -> seen.put(Thread.currentThread(), picks));

    try (ThreadedSlicer slicer = new ThreadedSlicer(new Setting(10, 2))) {
      double nanos = slicer.slice(subject, Duration.ofMillis(1));

      assertThat(nanos).isPositive();
    }
    assertThat(seen).hasSize(2);
    assertThat(seen.values()).doesNotHaveDuplicates();
  }

  @Test
  void whatGoesWrongInACandidateIsNotSwallowed() {
    Subject broken =
        Subject.of(
            () -> {},
            (picks, count, sink) -> {
              throw new IllegalStateException("out of order");
            });

    try (ThreadedSlicer slicer = new ThreadedSlicer(new Setting(10, 2))) {
      assertThatThrownBy(() -> slicer.slice(broken, Duration.ofMillis(1)))
          .hasRootCauseMessage("out of order");
    }
  }

  @Test
  void picksAreEqualToTheStoredKeysAndTheSameForEveryCandidate() {
    Picks one = new Picks(3, 0);
    Picks again = new Picks(3, 0);

    for (int i = 0; i < 100; i++) {
      String key = one.key();
      assertThat(key).isEqualTo(again.key()).isIn(Picks.key(0), Picks.key(1), Picks.key(2));
    }
  }
}
