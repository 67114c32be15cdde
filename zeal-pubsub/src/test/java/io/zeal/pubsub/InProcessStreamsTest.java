package io.zeal.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.Ack;
import io.zeal.CapacityException;
import io.zeal.ConsumeOptions;
import io.zeal.ConsumeOptions.Start;
import io.zeal.DeadLetter;
import io.zeal.Delivery;
import io.zeal.InvalidArgumentException;
import io.zeal.PublishOptions;
import io.zeal.PublishOptions.Trim;
import io.zeal.ReliablePubSub;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealConfig;
import io.zeal.tck.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InProcessStreamsTest {

  private static final ConsumeOptions DEFAULTS = ConsumeOptions.defaults();
  private static final PublishOptions PLAIN = PublishOptions.defaults();

  private final ManualClock clock = new ManualClock();
  private final Zeal zeal =
      Zeal.open(ZealConfig.builder().clock(clock).set("zeal.pubsub.stream-bytes", "64k").build());
  private final ReliablePubSub messages = zeal.reliablePubSub();
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    zeal.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String publish(String text) {
    return messages.publish("orders", bytes(text));
  }

  private Ack hear(Delivery delivery) {
    heard.add(delivery.message().text() + "/" + delivery.deliveryCount());
    return Ack.done();
  }

  private long number(String name) {
    return messages.stats("orders", "billing").numbers().get(name);
  }

  private void awaitHeard(String... texts) {
    Await.until("heard " + List.of(texts) + ", not " + heard, () -> heard.equals(List.of(texts)));
  }

  @Test
  void aGroupReceivesWhatWasPublishedBeforeItBegan() {
    publish("a");
    publish("b");

    messages.consume("orders", "billing", this::hear);
    publish("c");

    awaitHeard("a/1", "b/1", "c/1");
    Await.until("nothing is left", () -> number("pending") == 0);
    assertThat(number("lag")).isZero();
    assertThat(number("oldestMillis")).isZero();
  }

  @Test
  void aGroupMayBeginNow() {
    publish("a");

    messages.consume("orders", "billing", DEFAULTS.startingAt(Start.NOW), this::hear);
    publish("b");

    awaitHeard("b/1");
  }

  @Test
  void eachGroupReceivesEachMessageAndMembersShareThem() {
    Set<String> members = ConcurrentHashMap.newKeySet();
    AtomicInteger count = new AtomicInteger();
    for (String member : List.of("one", "two")) {
      messages.consume(
          "orders",
          "shared",
          DEFAULTS.withConcurrency(1, 1),
          _ -> {
            members.add(member);
            count.incrementAndGet();
            Await.until("both have some", () -> members.size() == 2);
            return Ack.done();
          });
    }
    messages.consume("orders", "other", this::hear);

    IntStream.range(0, 20).forEach(i -> publish("" + i));

    Await.until("all are handled", () -> count.get() == 20 && heard.size() == 20);
    Await.until(
        "all are recorded", () -> messages.stats("orders", "shared").numbers().get("pending") == 0);
    assertThat(count).hasValue(20);
  }

  @Test
  void aPublisherIdMakesOneEntryWithinItsWindow() {
    PublishOptions once = PLAIN.withPublisherId("p1").withDuplicateWindow(Duration.ofSeconds(10));

    String first = messages.publish("orders", bytes("a"), once);
    clock.advance(Duration.ofSeconds(10));
    String second = messages.publish("orders", bytes("b"), once);
    clock.advance(Duration.ofMillis(1));
    String third = messages.publish("orders", bytes("c"), once);

    assertThat(second).isEqualTo(first);
    assertThat(third).isNotEqualTo(first);
    messages.consume("orders", "billing", this::hear);
    awaitHeard("a/1", "c/1");
  }

  @Test
  void manyArePublishedInTheirOrderOrNone() {
    List<String> ids =
        messages.publishAll("orders", List.of(bytes("a"), bytes("b")), PLAIN.withKey("k"));

    assertThat(ids).hasSize(2).doesNotHaveDuplicates();
    assertThat(messages.publishAll("orders", List.of(), PLAIN)).isEmpty();
    assertThatThrownBy(() ->
            messages.publishAll("orders", List.of(bytes("c"), new byte[(1 << 20) + 1]), PLAIN))
        .isInstanceOf(CapacityException.class);
    assertThatThrownBy(
            () -> messages.publishAll("orders", List.of(bytes("c")), PLAIN.withPublisherId("x")))
        .isInstanceOf(InvalidArgumentException.class);
    messages.consume("orders", "billing", this::hear);
    awaitHeard("a/1", "b/1");
  }

  @Test
  void aFailedMessageIsDeliveredAgainAfterItsDelayAndThenBuried() {
    messages.consume(
        "orders",
        "billing",
        DEFAULTS.withMaxDeliveries(2).withRetryDelay(Duration.ofMinutes(1)),
        delivery -> {
          hear(delivery);
          throw new IllegalStateException("secret");
        });
    String id = messages.publish("orders", bytes("a"), PLAIN.withKey("k"));

    awaitHeard("a/1");
    Instant first = clock.instant();
    Await.until(
        "it is delivered again",
        () -> {
          clock.advance(Duration.ofSeconds(1));
          return heard.contains("a/2");
        });
    assertThat(clock.instant()).isAfterOrEqualTo(first.plusSeconds(60));
    Await.until("it is buried", () -> number("deadLetters") == 1);

    assertThat(number("pending")).isZero();
    assertThat(number("retries")).isEqualTo(1);
    DeadLetter letter = messages.deadLetters("orders", "billing", "", 10).getFirst();
    assertThat(letter.messageId()).isEqualTo(id);
    assertThat(letter.message().text()).isEqualTo("a");
    assertThat(letter.message().channel()).isEqualTo("orders");
    assertThat(letter.key()).contains("k");
    assertThat(letter.deliveryCount()).isEqualTo(2);
    assertThat(letter.reason()).isEqualTo("java.lang.IllegalStateException");
    assertThat(letter.stackHash()).isPresent();
    assertThat(letter.buriedAt()).isBetween(first, clock.instant());
  }

  @Test
  void deadLettersAreReadByPageAndRemovedOneByOne() {
    messages.consume("orders", "billing", _ -> Ack.reject("no use"));
    IntStream.range(0, 12).forEach(i -> publish("" + i));
    Await.until("all are buried", () -> number("deadLetters") == 12);

    List<DeadLetter> first = messages.deadLetters("orders", "billing", "", 5);
    List<DeadLetter> rest = messages.deadLetters("orders", "billing", first.getLast().id(), 100);

    assertThat(first).extracting(l -> l.message().text()).containsExactly("0", "1", "2", "3", "4");
    assertThat(rest).hasSize(7);
    assertThat(messages.removeDeadLetter("orders", "billing", first.get(2).id())).isTrue();
    assertThat(messages.removeDeadLetter("orders", "billing", first.get(2).id())).isFalse();
    assertThat(messages.deadLetters("orders", "billing", "", 100)).hasSize(11);
    assertThatThrownBy(() -> messages.deadLetters("orders", "billing", "", 0))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> messages.deadLetters("orders", "billing", "x", 1))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void whatIsNotThereHasNoNumbersAndNoDeadLetters() {
    assertThat(messages.stats("orders", "billing").numbers()).isEmpty();
    publish("a");
    assertThat(messages.stats("orders", "billing").numbers()).isEmpty();
    assertThat(messages.deadLetters("orders", "billing", "", 5)).isEmpty();
    assertThat(messages.removeDeadLetter("orders", "billing", "1")).isFalse();
  }

  @Test
  void theStateOfAGroupIsSeen() {
    CountDownLatch go = new CountDownLatch(1);
    publish("a");
    clock.advance(Duration.ofSeconds(3));
    messages.consume(
        "orders",
        "billing",
        DEFAULTS.withConcurrency(1, 1),
        delivery -> {
          Await.latch(go);
          return hear(delivery);
        });
    IntStream.range(0, 9).forEach(i -> publish("" + i));

    Await.until("it holds what it may", () -> number("pending") == 2);
    assertThat(number("lag")).isEqualTo(8);
    assertThat(number("oldestMillis")).isEqualTo(3_000);
    go.countDown();
  }

  @Test
  void aMessageOfAConsumerThatWasCutOffGoesToOthersWhenItFellSilent() {
    CountDownLatch reached = new CountDownLatch(1);
    Subscription first =
        messages.consume(
            "orders",
            "billing",
            DEFAULTS.withCloseTimeout(Duration.ZERO).withClaimAfter(Duration.ofSeconds(30)),
            delivery -> {
              hear(delivery);
              reached.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return Ack.done();
            });
    publish("a");
    publish("b");
    Await.latch(reached);
    first.close();
    messages.consume("orders", "billing", DEFAULTS.withClaimAfter(Duration.ofHours(1)), this::hear);

    Await.until("what was not begun comes at once", () -> heard.contains("b/1"));
    assertThat(heard).containsExactly("a/1", "b/1");
    clock.advance(Duration.ofSeconds(31));

    awaitHeard("a/1", "b/1", "a/2");
  }

  @Test
  void whoTakesOverFromALivingConsumerFencesIt() {
    CountDownLatch go = new CountDownLatch(1);
    AtomicReference<Delivery> stalled = new AtomicReference<>();
    messages.consume(
        "orders",
        "billing",
        DEFAULTS.withClaimAfter(Duration.ofSeconds(30)),
        delivery -> {
          if (stalled.compareAndSet(null, delivery)) {
            Await.latch(go);
          }
          return hear(delivery);
        });
    publish("a");
    Await.until("it is being handled", () -> stalled.get() != null);
    messages.consume("orders", "billing", DEFAULTS.withClaimAfter(Duration.ofHours(9)), this::hear);

    clock.advance(Duration.ofHours(1)); // and no beat of the first within it

    Await.until("another has handled it", () -> heard.contains("a/2"));
    go.countDown();
    Await.until("both have", () -> heard.size() == 2);
    assertThat(stalled.get().deliveryCount()).isEqualTo(1);
    Await.until("it is recorded once", () -> number("pending") == 0);
  }

  @Test
  void theBytesOfAHandlerAreItsOwn() {
    messages.consume(
        "orders",
        "billing",
        DEFAULTS.withRetryDelay(Duration.ofMillis(1)),
        delivery -> {
          hear(delivery);
          delivery.message().payload()[0] = 'X';
          return delivery.deliveryCount() == 1 ? Ack.retry(Duration.ZERO) : Ack.done();
        });
    byte[] mine = bytes("a");

    messages.publish("orders", mine);
    mine[0] = 'Y';

    awaitHeard("a/1", "a/2");
  }

  @Test
  void aStreamIsCutToWhatWasAskedFor() {
    PublishOptions three = PLAIN.withMaxMessages(3, Trim.ACKNOWLEDGED);
    IntStream.range(0, 10).forEach(i -> messages.publish("orders", bytes("" + i), three));

    messages.consume("orders", "billing", this::hear);

    awaitHeard("7/1", "8/1", "9/1");
  }

  @Test
  void whatAGroupHasNotHandledIsCutOnlyIfAnyMayBe() {
    messages.consume("orders", "billing", this::hear).close();
    PublishOptions acknowledged = PLAIN.withMaxMessages(3, Trim.ACKNOWLEDGED);
    IntStream.range(0, 10).forEach(i -> messages.publish("orders", bytes("" + i), acknowledged));
    assertThat(number("lag")).isEqualTo(10);

    messages.publish("orders", bytes("last"), PLAIN.withMaxMessages(2, Trim.ANY));

    assertThat(number("lag")).isEqualTo(2);
    messages.consume("orders", "billing", this::hear);
    awaitHeard("9/1", "last/1");
  }

  @Test
  void aMessageThatWasCutOffIsNotDeliveredAgain() {
    messages.consume(
        "orders",
        "billing",
        DEFAULTS.withRetryDelay(Duration.ofMinutes(1)),
        delivery -> {
          hear(delivery);
          return delivery.message().text().equals("a")
              ? Ack.retry(Duration.ofMinutes(1))
              : Ack.done();
        });
    publish("a");
    Await.until("it waits", () -> number("pending") == 1 && heard.size() == 1);

    messages.publish("orders", bytes("b"), PLAIN.withMaxMessages(1, Trim.ANY));
    Await.until("nothing is left", () -> number("pending") == 0);
    clock.advance(Duration.ofMinutes(2));
    publish("c");

    awaitHeard("a/1", "b/1", "c/1");
  }

  @Test
  void aFullStreamRefusesUntilWhatIsThereWasHandled() {
    byte[] large = new byte[20_000];
    IntStream.range(0, 3).forEach(_ -> messages.publish("orders", large));

    assertThatThrownBy(() -> messages.publish("orders", large))
        .isInstanceOf(CapacityException.class)
        .hasMessageContaining("'orders' holds")
        .hasMessageContaining("No group consumes it");
    messages.consume("orders", "billing", _ -> Ack.done());
    Await.until("all is handled", () -> number("lag") == 0 && number("pending") == 0);

    assertThat(messages.publish("orders", large)).isNotEmpty();
  }

  @Test
  void aGroupThatIsRemovedKeepsNoRoom() {
    byte[] large = new byte[20_000];
    Subscription idle = messages.consume("orders", "idle", _ -> Ack.reject("no use"));
    messages.publish("orders", large);
    Await.until(
        "it is a dead letter", () -> !messages.deadLetters("orders", "idle", "", 1).isEmpty());
    idle.close();
    messages.consume("orders", "billing", _ -> Ack.done());
    Await.until("all is handled", () -> number("lag") == 0 && number("pending") == 0);
    IntStream.range(0, 2)
        .forEach(_ -> {
          messages.publish("orders", large);
          Await.until("all is handled", () -> number("lag") == 0 && number("pending") == 0);
        });
    assertThatThrownBy(() -> messages.publish("orders", large))
        .isInstanceOf(CapacityException.class)
        .hasMessageContaining("removeGroup");

    assertThat(messages.removeGroup("orders", "idle")).isTrue();

    IntStream.range(0, 5)
        .forEach(_ -> {
          messages.publish("orders", large);
          Await.until("all is handled", () -> number("lag") == 0 && number("pending") == 0);
        });
  }

  @Test
  void closingTheInstanceEndsItAll() {
    Subscription subscription = messages.consume("orders", "billing", this::hear);

    zeal.close();

    assertThat(subscription.isActive()).isFalse();
    assertThatThrownBy(() -> publish("x")).isInstanceOf(ZealClosedException.class);
    assertThatThrownBy(() -> messages.consume("orders", "billing", this::hear))
        .isInstanceOf(ZealClosedException.class);
    assertThatThrownBy(() -> messages.stats("orders", "billing"))
        .isInstanceOf(ZealClosedException.class);
    assertThatThrownBy(() -> messages.deadLetters("orders", "billing", "", 1))
        .isInstanceOf(ZealClosedException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\ud800", "0123456789012345678901234567890123456789012345678901234567890123"})
  void namesThatCannotBeUsedAreRefused(String name) {
    assertThatThrownBy(() -> messages.publish(name, bytes("x")))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> messages.consume("orders", name, this::hear))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> messages.consume(name, "billing", this::hear))
        .isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> messages.stats(name, "billing"))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whateverComesAndGoesEveryMessageIsHandledOrBuriedAndNoneAfterItWasRecorded(long seed)
      throws Exception {
    Random random = new Random(seed);
    int all = 400;
    Map<String, AtomicInteger> done = new ConcurrentHashMap<>();
    Map<String, Long> counts = new ConcurrentHashMap<>();
    List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    ConsumeOptions options =
        DEFAULTS
            .withConcurrency(3, 5)
            .withMaxDeliveries(1_000)
            .withOrder(
                random.nextBoolean() ? ConsumeOptions.Order.BY_KEY : ConsumeOptions.Order.NONE);
    Thread publisher =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; i < all; i++) {
                messages.publish("orders", bytes("" + i), PLAIN.withKey("k" + i % 7));
              }
            });

    List<Subscription> consumers = new ArrayList<>();
    for (int round = 0; round < 40; round++) {
      long salt = random.nextLong();
      consumers.add(
          messages.consume(
              "orders",
              "billing",
              options,
              delivery -> {
                Long former = counts.put(delivery.id(), delivery.deliveryCount());
                if (former != null && former >= delivery.deliveryCount()) {
                  wrong.add(delivery + " after " + former);
                }
                if (done.containsKey(delivery.id())) {
                  wrong.add(delivery + " again");
                }
                if ((salt >> (int) (delivery.deliveryCount() + delivery.id().hashCode()) & 7)
                    == 0) {
                  return Ack.retry(Duration.ZERO);
                }
                done.computeIfAbsent(delivery.id(), _ -> new AtomicInteger()).incrementAndGet();
                return Ack.done();
              }));
      if (consumers.size() > 2) {
        consumers.remove(random.nextInt(3)).close();
      }
    }
    publisher.join();
    messages.consume(
        "orders",
        "billing",
        options,
        delivery -> {
          if (done.putIfAbsent(delivery.id(), new AtomicInteger(1)) != null) {
            wrong.add(delivery + " again");
          }
          return Ack.done();
        });

    Await.until("all are handled", () -> done.size() == all && number("pending") == 0);
    assertThat(wrong).isEmpty();
    assertThat(done.values()).allSatisfy(times -> assertThat(times).hasValue(1));
    assertThat(number("lag")).isZero();
    assertThat(number("deadLetters")).isZero();
  }
}
