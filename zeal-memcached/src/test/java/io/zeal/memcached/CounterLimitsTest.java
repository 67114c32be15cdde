package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.CapacityException;
import io.zeal.Counter;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.Zeal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counters where the server stops adding by itself, and at both ends of what they hold. */
class CounterLimitsTest {

  private static final long HELD = 1L << 62;
  private static final int THREADS = 4;
  private static final int ROUNDS = 100;

  private OwnServers servers;

  @BeforeEach
  void start() {
    servers = OwnServers.start(1);
  }

  @AfterEach
  void close() {
    servers.close();
  }

  private Zeal open(String protocol) {
    return servers.open("zeal.memcached.protocol", protocol, "zeal.memcached.timeout", "30s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void additionsByManyThreadsAreExactOnBothSidesOfWhereTheServerStops(String protocol) {
    List<Counter> attached =
        List.of(open(protocol).counter("hits"), open(protocol).counter("hits"));
    long begin = HELD - 10;
    attached.getFirst().set(begin);
    ConcurrentLinkedQueue<Long> answers = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      Counter counter = attached.get(thread % 2);
      long delta = thread < THREADS / 2 ? 1 : 1L << 32;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                  answers.add(counter.add(delta));
                }
              }));
    }
    threads.forEach(Await::end);
    long sum = begin + (long) THREADS / 2 * ROUNDS * (1 + (1L << 32));
    assertThat(attached.getLast().get()).isEqualTo(sum);
    assertThat(answers).hasSize(THREADS * ROUNDS);
    Set<Long> different = new HashSet<>(answers);
    assertThat(different).hasSize(THREADS * ROUNDS).contains(sum).allMatch(one -> one > begin);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void belowThereTheServerAddsAgain(String protocol) {
    Counter counter = open(protocol).counter("hits");
    RawItems items = servers.items(0);
    counter.set(HELD - 1);
    assertThat(counter.increment()).isEqualTo(HELD);
    assertThat(counter.increment()).isEqualTo(HELD + 1);
    assertThat(counter.add(-2)).isEqualTo(HELD - 1);
    assertThat(new String(items.value(items.keys().counter("hits")), StandardCharsets.US_ASCII))
        .isEqualTo(Long.toString(HELD - 1));
    assertThat(counter.increment()).isEqualTo(HELD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void theGreatestLongIsReachedAndNotPassed(String protocol) {
    Zeal zeal = open(protocol);
    Counter counter = zeal.counter("hits");
    counter.set(Long.MAX_VALUE - 3);
    assertThat(counter.increment()).isEqualTo(Long.MAX_VALUE - 2);
    assertThat(counter.add(2)).isEqualTo(Long.MAX_VALUE);
    for (long delta : new long[] {1, 2, 1L << 32, (1L << 32) + 1, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> counter.add(delta))
          .isInstanceOfSatisfying(
              CapacityException.class,
              e -> {
                assertThat(e.code()).isEqualTo("ZEAL-303");
                assertThat(e.outcome()).isEmpty();
              });
    }
    assertThat(zeal.addAll(Map.of(counter, 1L)).failures().get("hits"))
        .isInstanceOf(CapacityException.class);
    assertThat(counter.addBounded(1, Long.MAX_VALUE)).isEmpty();
    assertThat(counter.get()).isEqualTo(Long.MAX_VALUE);
    assertThat(counter.compareAndSet(Long.MAX_VALUE, 5)).isTrue();
    assertThat(counter.add(Long.MAX_VALUE - 5)).isEqualTo(Long.MAX_VALUE);
    assertThat(counter.add(-Long.MAX_VALUE)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void zeroIsReachedAndNotPassed(String protocol) {
    Counter counter = open(protocol).counter("hits");
    counter.set(2);
    assertThat(counter.decrement()).isEqualTo(1);
    assertThat(counter.decrement()).isZero();
    for (long delta : new long[] {-1, -2, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> counter.add(delta))
          .isInstanceOf(UnsupportedCapabilityException.class)
          .hasMessageContaining("hits");
    }
    assertThatThrownBy(() -> counter.set(-1)).isInstanceOf(UnsupportedCapabilityException.class);
    assertThat(counter.get()).isZero();
    assertThat(counter.increment()).isEqualTo(1);
  }
}
