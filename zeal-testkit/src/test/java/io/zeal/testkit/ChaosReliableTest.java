package io.zeal.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.Ack;
import io.zeal.BackendUnavailableException;
import io.zeal.ConsumeOptions;
import io.zeal.Delivery;
import io.zeal.PublishOptions;
import io.zeal.ReliablePubSub;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reliable messages with faults: late, twice, in another order, and never lost. */
class ChaosReliableTest {

  private final Chaos chaos = Chaos.seeded(42);
  private final Zeal zeal =
      Zeal.open(
          ZealConfig.builder().set("zeal.backend", "table").instance(Chaos.class, chaos).build());
  private final ReliablePubSub messages = zeal.reliablePubSub();

  @AfterEach
  void close() {
    zeal.close();
  }

  private static byte[] bytes(int number) {
    return Integer.toString(number).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static int number(Delivery delivery) {
    return Integer.parseInt(delivery.message().text());
  }

  private long left(String stream, String group) {
    Map<String, Long> numbers = messages.stats(stream, group).numbers();
    return numbers.getOrDefault("lag", 0L) + numbers.getOrDefault("pending", 0L);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyMessageIsHandledWhateverHappensOnTheWay(long seed) {
    Chaos chaos = Chaos.seeded(seed);
    try (Zeal zeal =
        Zeal.open(
            ZealConfig.builder()
                .set("zeal.backend", "table")
                .instance(Chaos.class, chaos)
                .build())) {
      ReliablePubSub messages = zeal.reliablePubSub();
      Map<Integer, List<Long>> handled = new ConcurrentHashMap<>();
      Subscription consumer =
          messages.consume(
              "orders",
              "billing",
              ConsumeOptions.defaults().withConcurrency(4, 32).withMaxDeliveries(10),
              delivery -> {
                handled
                    .computeIfAbsent(number(delivery), _ -> new CopyOnWriteArrayList<>())
                    .add(delivery.deliveryCount());
                return Ack.done();
              });
      chaos
          .errors(0.2)
          .timeouts(0.1)
          .drops(0.1)
          .duplicates(0.1)
          .reorders(0.1)
          .messageLatency(Duration.ZERO, Duration.ofNanos(500_000));
      for (int i = 0; i < 500; i++) {
        publish(messages, i);
      }
      chaos.errors(0).timeouts(0);
      Await.until("all are handled", () -> handled.size() == 500);
      Await.until(
          "nothing is left",
          () -> {
            Map<String, Long> numbers = messages.stats("orders", "billing").numbers();
            return numbers.get("lag") == 0 && numbers.get("pending") == 0;
          });

      assertThat(messages.deadLetters("orders", "billing", "", 10)).isEmpty();
      assertThat(handled.values()).allSatisfy(counts -> assertThat(counts).doesNotHaveDuplicates());
      long all = handled.values().stream().mapToLong(List::size).sum();
      assertThat(all).isEqualTo(500 + chaos.injected(Fault.DUPLICATE)).isGreaterThan(500);
      assertThat(consumer.numbers()).containsEntry("received", all).containsEntry("failed", 0L);
    }
  }

  /** As applications do: with an id, until it is known to be there. */
  private static void publish(ReliablePubSub messages, int number) {
    while (true) {
      try {
        var _ =
            messages.publish(
                "orders",
                bytes(number),
                PublishOptions.defaults().withPublisherId("order " + number));
        return;
      } catch (ZealException e) {
        assertThat(e.outcome()).isPresent();
      }
    }
  }

  @Test
  void duplicateComesAgainWithAHigherCountAndTheLastDeliveryIsLeftAlone() {
    List<Long> counts = new CopyOnWriteArrayList<>();
    chaos.duplicates(1);
    var _ =
        messages.consume(
            "s",
            "g",
            ConsumeOptions.defaults().withMaxDeliveries(3),
            delivery -> {
              counts.add(delivery.deliveryCount());
              return Ack.done();
            });
    var _ = messages.publish("s", bytes(1));
    Await.until("three deliveries", () -> counts.size() == 3);
    Await.until("none is left", () -> left("s", "g") == 0);
    assertThat(counts).containsExactly(1L, 2L, 3L);
    assertThat(messages.deadLetters("s", "g", "", 10)).isEmpty();
    assertThat(chaos.injected(Fault.DUPLICATE)).isEqualTo(2);
  }

  @Test
  void droppedDeliveryComesAgain() {
    List<Long> counts = new CopyOnWriteArrayList<>();
    chaos.drops(1);
    var _ =
        messages.consume(
            "s",
            "g",
            ConsumeOptions.defaults().withMaxDeliveries(4),
            delivery -> {
              counts.add(delivery.deliveryCount());
              return Ack.done();
            });
    var _ = messages.publish("s", bytes(1));
    Await.until("it is handled", () -> left("s", "g") == 0 && !counts.isEmpty());
    assertThat(counts).containsExactly(4L);
    assertThat(chaos.injected(Fault.DROP)).isEqualTo(3);
  }

  @Test
  void reorderedDeliveryComesBehindOthers() {
    List<Integer> order = new CopyOnWriteArrayList<>();
    chaos.reorders(0.3);
    IntStream.range(0, 100).forEach(i -> messages.publish("s", bytes(i)));
    var _ =
        messages.consume(
            "s",
            "g",
            delivery -> {
              order.add(number(delivery));
              return Ack.done();
            });
    Await.until("all are handled", () -> order.size() == 100);
    assertThat(order).doesNotHaveDuplicates();
    assertThat(order).isNotEqualTo(order.stream().sorted().toList());
    assertThat(chaos.injected(Fault.REORDER)).isPositive();
  }

  @Test
  void handlersOwnAnswerStands() {
    chaos.duplicates(1);
    var _ = messages.consume("s", "g", delivery -> Ack.reject("as the test says"));
    var _ = messages.publish("s", bytes(1));
    Await.until("it is buried", () -> messages.deadLetters("s", "g", "", 10).size() == 1);
    assertThat(chaos.injected(Fault.DUPLICATE)).isZero();
  }

  @Test
  void partitionHoldsDeliveriesBackAndHealingBringsThem() {
    List<Integer> handled = new CopyOnWriteArrayList<>();
    Subscription consumer =
        messages.consume(
            "s",
            "g",
            delivery -> {
              handled.add(number(delivery));
              return Ack.done();
            });
    var _ = messages.publish("s", bytes(0));
    Await.until("the first is handled", () -> handled.size() == 1);

    chaos.partitionOneWay();
    assertThatThrownBy(() -> messages.publish("s", bytes(1)))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(consumer.isActive()).isFalse();
    assertThat(handled).hasSize(1);

    chaos.heal();
    Await.until("the one that arrived is handled", () -> handled.size() == 2);
    Await.until("none is left", () -> left("s", "g") == 0);
    assertThat(consumer.isActive()).isTrue();
    assertThat(consumer.numbers()).containsEntry("gaps", 1L).containsEntry("received", 2L);
  }

  @RepeatedTest(20) // between the end of the line and that of the consumer there are microseconds
  void closingDuringAPartitionWaitsForNobodyAndLosesNothing() {
    List<Long> handled = new CopyOnWriteArrayList<>();
    var options = ConsumeOptions.defaults().withMaxDeliveries(5);
    Subscription first =
        messages.consume(
            "s",
            "g",
            options,
            delivery -> {
              handled.add(delivery.deliveryCount());
              return Ack.done();
            });
    chaos.partitionOneWay();
    assertThatThrownBy(() -> messages.publish("s", bytes(1)))
        .isInstanceOf(BackendUnavailableException.class);
    long start = System.nanoTime();
    first.close();
    assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(4).toNanos());
    assertThat(handled).isEmpty();

    chaos.heal();
    List<Long> others = new CopyOnWriteArrayList<>();
    var _ =
        messages.consume(
            "s",
            "g",
            options,
            delivery -> {
              others.add(delivery.deliveryCount());
              return Ack.done();
            });
    Await.until("another handles it", () -> !others.isEmpty() && left("s", "g") == 0);
    assertThat(others).hasSize(1);
  }
}
