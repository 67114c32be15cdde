package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Counter;
import io.zeal.CounterOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows that end while many count. */
class CounterWindowTest {

  private static final long WINDOW_MILLIS = 100;
  private static final long WINDOW_NANOS = WINDOW_MILLIS * 1_000_000;
  private static final int THREADS = 6;

  private OwnServers servers;

  @BeforeEach
  void start() {
    servers = OwnServers.start(1);
  }

  @AfterEach
  void close() {
    servers.close();
  }

  private Counter open(String protocol) {
    return servers
        .open("zeal.memcached.protocol", protocol)
        .counter("hits", CounterOptions.defaults().expiringAfter(Duration.ofNanos(WINDOW_NANOS)));
  }

  /**
   * A window that got n increments has answered 1 to n, each once. So k was answered by as many
   * windows as have k or more, and the last answers of all add up to the number of increments.
   */
  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void everyIncrementIsInOneOfThem(String protocol) {
    List<Counter> attached = List.of(open(protocol), open(protocol));
    ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    long begin = System.nanoTime();
    long end = begin + 8 * WINDOW_NANOS;
    for (int thread = 0; thread < THREADS; thread++) {
      Counter counter = attached.get(thread % 2);
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                while (System.nanoTime() < end) {
                  long begun = System.currentTimeMillis();
                  long answer = counter.increment();
                  calls.add(new Call(begun, System.currentTimeMillis(), answer));
                }
              }));
    }
    threads.forEach(Await::end);
    long most = (System.nanoTime() - begin) / WINDOW_NANOS + 1;

    TreeMap<Long, Long> windows = new TreeMap<>(); // by answer: how many gave it
    calls.forEach(call -> windows.merge(call.answer(), 1L, Long::sum));
    assertThat(windows.get(1L)).as("windows").isBetween(2L, most);
    long lastAnswers = 0;
    for (long answer = 1; answer <= windows.lastKey(); answer++) {
      long reached = windows.getOrDefault(answer, 0L);
      long further = windows.getOrDefault(answer + 1, 0L);
      assertThat(further).as("windows that answered %s", answer + 1).isLessThanOrEqualTo(reached);
      lastAnswers += answer * (reached - further);
    }
    assertThat(lastAnswers).isEqualTo(calls.size());
    assertEachIsInOneThatLives(calls);
  }

  /** An increment: when it began and was back, milliseconds since 1970. */
  private record Call(long begunMillis, long endedMillis, long answer) {}

  /** The server keeps a window for a second or two after its end, and would add to it. */
  private static void assertEachIsInOneThatLives(Collection<Call> calls) {
    List<Call> first = calls.stream().filter(call -> call.answer() == 1).toList();
    assertThat(calls)
        .allMatch(call ->
            first.stream()
                .anyMatch(window ->
                    window.begunMillis() <= call.endedMillis()
                        && call.begunMillis() <= window.endedMillis() + WINDOW_MILLIS));
  }
}
