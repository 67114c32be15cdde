package io.zeal.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.InvalidArgumentException;
import io.zeal.Message;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.PubSub;
import io.zeal.Stats;
import io.zeal.SubscribeOptions;
import io.zeal.SubscribeOptions.WhenFull;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InProcessPubSubTest {

  private final Zeal zeal =
      Zeal.open(ZealConfig.builder().set("zeal.pubsub.timeout", "250ms").build());
  private final PubSub pubSub = zeal.pubSub();
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    zeal.close();
  }

  private void hear(Message message) {
    heard.add(message.channel() + ":" + message.text());
  }

  @Test
  void zealSaysWhatItsMessagesCan() {
    assertThat(zeal.info().capabilities())
        .contains(Capability.PUB_SUB, Capability.EXACT_RECEIVERS, Capability.RELIABLE_PUB_SUB)
        .doesNotContain(Capability.DURABLE_MESSAGES);
    assertThat(zeal.info().limits()).containsEntry("payloadBytes", 1L << 20);
  }

  @Test
  void whoSubscribedReceivesAndIsCounted() {
    pubSub.subscribe("news", this::hear);
    pubSub.subscribe("news", this::hear);
    pubSub.subscribe("other", this::hear);
    pubSub.subscribePattern("n*", this::hear);

    assertThat(pubSub.publish("news", "hello")).isEqualTo(3);

    Await.until("all heard it", () -> heard.size() == 3);
    assertThat(heard).containsOnly("news:hello");
  }

  @Test
  void whoClosedIsNotCounted() {
    pubSub.subscribe("news", this::hear).close();
    pubSub.subscribePattern("*", this::hear).close();

    assertThat(pubSub.publish("news", "hello")).isZero();
  }

  @Test
  void everyReceiverHasItsOwnBytes() {
    List<byte[]> payloads = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 2; i++) {
      pubSub.subscribe(
          "news",
          message -> {
            payloads.add(message.payload().clone());
            message.payload()[0] = 9;
          });
    }
    byte[] mine = {1, 2};

    pubSub.publish("news", mine);
    mine[0] = 5;

    Await.until("both heard it", () -> payloads.size() == 2);
    assertThat(payloads).allSatisfy(payload -> assertThat(payload).containsExactly(1, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\ud800"})
  void namesThatAreNoTextAreRefused(String name) {
    assertThatThrownBy(() -> pubSub.publish(name, "x"))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> pubSub.subscribe(name, this::hear))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> pubSub.subscribePattern(name, this::hear))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void payloadThatIsTooLongIsRefused() {
    assertThat(pubSub.publish("news", new byte[1 << 20])).isZero();
    assertThatThrownBy(() -> pubSub.publish("news", new byte[(1 << 20) + 1]))
        .isInstanceOf(CapacityException.class)
        .hasMessageContaining("1048577 bytes; the limit is 1048576");
  }

  @Test
  void aPublisherThatIsHeldUpTooLongIsToldAndAllOthersHaveTheMessage() {
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch reached = new CountDownLatch(1);
    SubscribeOptions blocking = SubscribeOptions.defaults().withQueue(1, WhenFull.BLOCK);
    pubSub.subscribe(
        "news",
        blocking,
        _ -> {
          reached.countDown();
          Await.latch(go);
        });
    pubSub.subscribe("news", this::hear);
    pubSub.publish("news", "1");
    Await.latch(reached);
    pubSub.publish("news", "2");

    assertThatThrownBy(() -> pubSub.publish("news", "3"))
        .isInstanceOfSatisfying(
            OperationTimeoutException.class,
            e -> {
              assertThat(e.stage()).isEqualTo(OperationTimeoutException.Stage.QUEUE);
              assertThat(e.outcome()).contains(Outcome.UNKNOWN);
            })
        .hasMessageContaining("1 of 2 subscriptions had no room for 250 ms");
    Await.until("the other heard all", () -> heard.size() == 3);

    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> pubSub.publish("news", "4"))
        .isInstanceOf(OperationInterruptedException.class);
    assertThat(Thread.interrupted()).isTrue();
    Await.until("the other heard that too", () -> heard.contains("news:4"));
    go.countDown();
  }

  @Test
  void aHandlerMayPublishOnItsOwnChannel() {
    pubSub.subscribe(
        "count",
        message -> {
          hear(message);
          int n = Integer.parseInt(message.text());
          if (n < 100) {
            pubSub.publish("count", "" + (n + 1));
          }
        });

    pubSub.publish("count", "1");

    Await.until("it counted", () -> heard.size() == 100);
  }

  @Test
  void aHandlerMaySubscribeAndCloseOthers() {
    AtomicReference<Subscription> second = new AtomicReference<>();
    pubSub.subscribe(
        "control",
        message -> {
          if (message.text().equals("on")) {
            second.set(pubSub.subscribe("news", this::hear));
          } else {
            second.get().close();
            heard.add("off");
          }
        });

    pubSub.publish("control", "on");
    Await.until("it is on", () -> pubSub.publish("news", "x") == 1);
    pubSub.publish("control", "off");

    Await.until("it is off", () -> heard.contains("off"));
    assertThat(pubSub.publish("news", "y")).isZero();
  }

  @Test
  void closingTheInstanceEndsItAll() {
    Subscription subscription = pubSub.subscribe("news", this::hear);

    zeal.close();

    assertThat(subscription.isActive()).isFalse();
    assertThatThrownBy(() -> pubSub.publish("news", "x")).isInstanceOf(ZealClosedException.class);
    assertThatThrownBy(() -> pubSub.subscribe("news", this::hear))
        .isInstanceOf(ZealClosedException.class);
    assertThatThrownBy(() -> pubSub.subscribePattern("*", this::hear))
        .isInstanceOf(ZealClosedException.class);
  }

  @Test
  void aHandlerMayCloseTheInstance() {
    CountDownLatch closed = new CountDownLatch(1);
    pubSub.subscribe(
        "news",
        _ -> {
          zeal.close();
          closed.countDown();
        });

    pubSub.publish("news", "x");

    Await.latch(closed);
  }

  @Test
  void allNumbersAreThereFromTheBeginning() {
    Map<String, Stats> parts = zeal.stats().parts().get("messages").parts();

    assertThat(parts.get("pubsub").numbers())
        .containsOnlyKeys("subscriptions", "published", "received", "failed", "dropped", "gaps")
        .containsValue(0L);
    assertThat(parts.get("reliable").numbers())
        .containsOnlyKeys(
            "subscriptions",
            "published",
            "received",
            "failed",
            "dropped",
            "gaps",
            "lost",
            "streams",
            "bytes")
        .allSatisfy((_, number) -> assertThat(number).isZero());
  }

  @Test
  void aNullTextIsNamed() {
    assertThatThrownBy(() -> pubSub.publish("news", (String) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("text");
  }

  @Test
  void numbersAreSummedOverSubscriptionsThatEndedToo() {
    Subscription first = pubSub.subscribe("news", this::hear);
    pubSub.publish("news", "1");
    Await.until("heard", () -> heard.size() == 1);
    first.close();
    pubSub.subscribe("news", this::hear);
    pubSub.publish("news", "2");
    Await.until("heard", () -> heard.size() == 2);

    Map<String, Long> numbers =
        zeal.stats().parts().get("messages").parts().get("pubsub").numbers();

    assertThat(numbers)
        .containsEntry("subscriptions", 1L)
        .containsEntry("published", 2L)
        .containsEntry("received", 2L)
        .containsEntry("failed", 0L);
  }

  @Test
  void rawIsTheSameWhereThereIsNoPrefix() {
    assertThat(pubSub.raw()).isSameAs(pubSub);
  }

  @Test
  void publishersAreNotStoppedByThoseWhoComeAndGo() throws Exception {
    AtomicInteger count = new AtomicInteger();
    pubSub.subscribe(
        "news",
        SubscribeOptions.defaults().withQueue(1024, WhenFull.BLOCK),
        _ -> count.incrementAndGet());
    Thread changing =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; i < 500; i++) {
                try (Subscription one = pubSub.subscribe("news", _ -> {});
                    Subscription two = pubSub.subscribePattern("n*" + i, _ -> {})) {
                  assertThat(one.isActive() && two.isActive()).isTrue();
                }
              }
            });

    for (int i = 0; i < 5_000; i++) {
      assertThat(pubSub.publish("news", "x")).isBetween(1L, 2L);
    }

    changing.join();
    Await.until("all are heard", () -> count.get() == 5_000);
  }
}
