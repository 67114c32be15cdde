package io.zeal.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.infra.Blackhole;

@Timeout(60)
class CallSlicerTest {

  @Test
  void figuresAreThoseOfTheCalls() {
    long[] nanos = LongStream.rangeClosed(1, 200).map(i -> 201 - i).toArray();

    assertThat(Timing.MEAN.of(nanos)).isEqualTo(100.5);
    assertThat(Timing.P50.of(nanos)).isEqualTo(100);
    assertThat(Timing.P99.of(nanos)).isEqualTo(198);
    assertThat(Timing.P99.of(new long[] {7})).isEqualTo(7);
  }

  @Test
  void oneThreadIsAPlatformThreadAndManyAreVirtual() throws Exception {
    assertThat(threads(1)).hasSize(1).noneMatch(Thread::isVirtual);
    assertThat(threads(100)).hasSize(100).allMatch(Thread::isVirtual);
  }

  private static Iterable<Thread> threads(int count) throws Exception {
    Map<Thread, Picks> seen = new ConcurrentHashMap<>();
    Subject subject =
        Subject.of(() -> {}, (picks, calls, sink) -> seen.put(Thread.currentThread(), picks));
    try (CallSlicer slicer = new CallSlicer(new Setting(10, count), Timing.MEAN)) {
      assertThat(slicer.slice(subject, Duration.ofMillis(1))).isPositive();
    }
    assertThat(seen.values()).doesNotHaveDuplicates();
    return seen.keySet();
  }

  @Test
  void aSubjectIsPreparedBeforeEachSlice() throws Exception {
    List<String> events = new ArrayList<>();
    Subject subject =
        new Subject() {
          @Override
          public void prepare() {
            events.add("prepare");
          }

          @Override
          public void run(Picks picks, int count, Blackhole sink) {
            events.add("run " + count);
          }

          @Override
          public void close() {}
        };

    try (CallSlicer slicer = new CallSlicer(new Setting(10, 1), Timing.P50)) {
      slicer.slice(subject, Duration.ZERO);
      slicer.slice(subject, Duration.ZERO);
    }

    assertThat(events).containsExactly("prepare", "run 1", "prepare", "run 1");
  }

  @Test
  void whatGoesWrongInACandidateIsNotSwallowed() {
    Subject broken =
        Subject.of(
            () -> {},
            (picks, count, sink) -> {
              throw new IllegalStateException("out of order");
            });

    try (CallSlicer slicer = new CallSlicer(new Setting(10, 2), Timing.MEAN)) {
      assertThatThrownBy(() -> slicer.slice(broken, Duration.ofMillis(1)))
          .hasRootCauseMessage("out of order");
    }
  }
}
