package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Deliveries.GROUP;
import static io.zeal.redisdrivers.Deliveries.OPTIONS;
import static io.zeal.redisdrivers.Deliveries.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Ack;
import io.zeal.DeadLetter;
import io.zeal.Finding;
import io.zeal.ReliablePubSub;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others do to the keys of reliable messages, and to the clock (ADR 0063). */
class ForeignHandsTest {

  private static final String MESSAGES = "zeal:m:{orders}:s";
  private static final String LETTERS = "zeal:m:{orders}:g:billing:d";
  private static final String CONSUMERS = "zeal:m:{orders}:g:billing:c";
  private static final String AGAIN = "zeal:m:{orders}:g:billing:r";

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final Deliveries deliveries = new Deliveries();
  private RedisServer server;
  private Zeal zeal;
  private ReliablePubSub messages;

  @BeforeEach
  void start() {
    server = ServerTests.startOrSkip(RedisServer::start);
    opened.add(server);
    zeal =
        Zeal.open(
            ZealConfig.builder()
                .set("zeal.backend", "redis")
                .set("zeal.redis.driver", "jedis")
                .set("zeal.redis.url", "redis://" + server.address())
                .build());
    opened.add(zeal);
    messages = zeal.reliablePubSub();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  private long waiting() {
    return (Long) ((List<?>) server.command("XPENDING", MESSAGES, GROUP)).getFirst();
  }

  @Test
  void aDeadLetterThatIsRefusedHoldsUpNoOtherMessage() {
    server.command("SET", LETTERS, "somebody else's");
    Subscription subscription =
        messages.consume(
            STREAM,
            GROUP,
            OPTIONS,
            delivery ->
                delivery.message().text().equals("bad")
                    ? Ack.reject("no")
                    : deliveries.apply(delivery));
    deliveries.publish(zeal, "before");
    messages.publish(STREAM, Deliveries.bytes("bad"));
    for (int i = 0; i < 200; i++) {
      deliveries.publish(zeal, "after" + i);
    }
    Await.until("all but one", () -> deliveries.different() == 201 && waiting() == 1);
    assertThat(deliveries.texts()).doesNotHaveDuplicates();
    Await.until("a finding", () -> !refusals().isEmpty());
    assertThat(refusals().getFirst().toString()).contains("orders", "billing", "times in a row");
    server.command("DEL", LETTERS);
    Await.until("a letter", () -> !messages.deadLetters(STREAM, GROUP, "", 1).isEmpty());
    Await.until("nothing to wait", () -> waiting() == 0);
    Await.until("no finding", () -> refusals().isEmpty());
    assertThat(subscription.numbers()).containsEntry("lost", 0L).containsEntry("gaps", 0L);
  }

  private List<Finding> refusals() {
    return zeal.inspect().stream().filter(found -> found.code().equals("ZEAL-F308")).toList();
  }

  @Test
  void fieldsOfOthersDoNotFalsifyADeadLetter() {
    String id =
        (String)
            server.command(
                "XADD",
                MESSAGES,
                "*",
                "m",
                "9-9",
                "c",
                "many",
                "p",
                "text",
                "r",
                "a reason",
                "h",
                "a hash",
                "k",
                "customer",
                "x",
                "y");
    messages.consume(STREAM, GROUP, OPTIONS, delivery -> Ack.reject("no"));
    Await.until("a letter", () -> !messages.deadLetters(STREAM, GROUP, "", 1).isEmpty());
    DeadLetter letter = messages.deadLetters(STREAM, GROUP, "", 1).getFirst();
    assertThat(letter.messageId()).isEqualTo(id);
    assertThat(letter.message().text()).isEqualTo("text");
    assertThat(letter.key()).contains("customer");
    assertThat(letter.deliveryCount()).isEqualTo(1);
    assertThat(letter.reason()).isEqualTo("no");
    assertThat(letter.stackHash()).isEmpty();
  }

  @Test
  void aDeadLetterOfOthersIsReadAsFarAsItCanBe() {
    server.command("XADD", LETTERS, "*", "c", "many", "foreign", "field");
    DeadLetter letter = messages.deadLetters(STREAM, GROUP, "", 1).getFirst();
    assertThat(letter.deliveryCount()).isZero();
    assertThat(letter.messageId()).isEmpty();
    assertThat(letter.message().payload()).isEmpty();
    assertThat(messages.removeDeadLetter(STREAM, GROUP, letter.id())).isTrue();
  }

  @Test
  void idsOfOthersMayBeAsLargeAsTheServerAllows() {
    List<String> ids =
        List.of(
            "9223372036854775807-9223372036854775808", "18446744073709551614-18446744073709551615");
    for (String id : ids) {
      server.command("XADD", MESSAGES, id, "p", id);
    }
    List<String> heard = new CopyOnWriteArrayList<>();
    messages.consume(
        STREAM,
        GROUP,
        OPTIONS,
        delivery -> {
          heard.add(delivery.id() + " " + delivery.deliveryCount());
          return delivery.deliveryCount() == 1 ? Ack.retry(Duration.ZERO) : Ack.reject("no");
        });
    Await.until("two letters", () -> messages.deadLetters(STREAM, GROUP, "", 9).size() == 2);
    assertThat(heard)
        .containsExactlyInAnyOrder(
            ids.getFirst() + " 1",
            ids.getFirst() + " 2",
            ids.getLast() + " 1",
            ids.getLast() + " 2");
    assertThat(messages.deadLetters(STREAM, GROUP, "", 9))
        .extracting(DeadLetter::messageId)
        .containsExactlyInAnyOrderElementsOf(ids);
    Await.until("nothing to wait", () -> waiting() == 0);
  }

  /** They are more than a number of Lua tells apart, and the last are more than a long. */
  @Test
  void idsThatAreCloseToEachOtherAreNotMistakenForEachOther() {
    CountDownLatch odd = new CountDownLatch(1);
    for (int i = 0; i < 60; i++) {
      server.command("XADD", MESSAGES, "184467440737095" + (50_000 + i) + "-0", "p", "" + i);
    }
    Subscription subscription =
        messages.consume(
            STREAM,
            GROUP,
            OPTIONS.withConcurrency(60, 1),
            delivery -> {
              Await.until(
                  "the others",
                  () ->
                      Integer.parseInt(delivery.message().text()) % 2 == 0 || odd.getCount() == 0);
              return deliveries.apply(delivery);
            });
    Await.until("every other one", () -> waiting() == 30);
    odd.countDown();
    Await.until("all", () -> waiting() == 0);
    assertThat(deliveries.texts())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 60).mapToObj(Integer::toString).toList());
    assertThat(subscription.numbers()).containsEntry("lost", 0L);
  }

  /**
   * The score of a consumer is a time of the server's clock: an early one is a clock put forward.
   */
  @Test
  void aClockThatIsPutForwardCostsClaimsAndNoMessage() {
    CountDownLatch jumped = new CountDownLatch(1);
    List<Boolean> claimed = new CopyOnWriteArrayList<>();
    Subscription first =
        messages.consume(
            STREAM,
            GROUP,
            OPTIONS,
            delivery -> {
              if (delivery.message().text().equals("held") && delivery.deliveryCount() == 1) {
                Await.until("the jump", () -> jumped.getCount() == 0 && !delivery.isClaimed());
                claimed.add(delivery.isClaimed());
                return Ack.done(); // too late
              }
              return deliveries.apply(delivery);
            });
    deliveries.publish(zeal, "held");
    Await.until("the claim", () -> waiting() == 1);
    String name = (String) ((List<?>) server.command("ZRANGE", CONSUMERS, "0", "0")).getFirst();
    server.command("ZADD", CONSUMERS, "XX", "1", name);
    messages.consume(STREAM, GROUP, OPTIONS, deliveries); // looks through the consumers at once
    jumped.countDown();
    Await.until("its end", () -> waiting() == 0 && !claimed.isEmpty());
    deliveries.awaitText("held");
    assertThat(deliveries.count("held")).isGreaterThan(1);
    assertThat(claimed).containsExactly(false);
    Await.until("the return", () -> first.isActive() && first.numbers().get("gaps") == 1);
    deliveries.publish(zeal, "after");
    deliveries.awaitSettled(zeal);
  }

  @Test
  void aClockThatIsPutBackDelaysARetryByAsMuch() {
    messages.consume(
        STREAM,
        GROUP,
        OPTIONS,
        delivery ->
            delivery.deliveryCount() == 1
                ? Ack.retry(Duration.ofMillis(500))
                : deliveries.apply(delivery));
    messages.publish(STREAM, Deliveries.bytes("late"));
    Await.until("the retry", () -> !server.command("ZCARD", AGAIN).equals(0L));
    server.command("ZINCRBY", AGAIN, "1000", waitingMember());
    long due = Long.parseLong(String.valueOf(server.command("ZSCORE", AGAIN, waitingMember())));
    deliveries.awaitText("late");
    assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(due);
    Await.until("its end", () -> waiting() == 0);
  }

  private String waitingMember() {
    return (String) ((List<?>) server.command("ZRANGE", AGAIN, "0", "0")).getFirst();
  }
}
