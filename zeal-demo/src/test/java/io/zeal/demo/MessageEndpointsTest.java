package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.demo.RunningDemo.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MessageEndpointsTest {

  private static final String SAY = "/demo/pubsub/publish";
  private static final String ORDER = "/demo/pubsub/publish-reliable";
  private static final String LOG = "/demo/pubsub/log";
  private static final String ORDERS = "/demo/pubsub/orders";
  private static final String DEAD = "/demo/pubsub/dead-letters";

  @AutoClose private final RunningDemo demo = new RunningDemo();

  // --- The room ---

  @Test
  void whatIsSaidIsHeardHereAndCounted() {
    Answer said = demo.post(SAY, "{\"name\": \"Ada\", \"text\": \"hello \\u00e9\\ud83d\\ude00\"}");
    assertThat(said.status()).isEqualTo(200);
    assertThat(said.text("/receivers")).isEqualTo("1");
    assertThat(said.json().at("/exact").booleanValue()).isTrue();

    Answer log = awaitLines(1);
    assertThat(log.text("/lines/0/kind")).isEqualTo("SAID");
    assertThat(log.text("/lines/0/number")).isEqualTo("1");
    assertThat(log.text("/lines/0/said/name")).isEqualTo("Ada");
    assertThat(log.text("/lines/0/said/text")).isEqualTo("hello é😀");
    assertThat(log.text("/lines/0/said/server"))
        .isEqualTo(log.text("/server"))
        .isEqualTo(said.text("/server"))
        .startsWith(demo.port() + "-");
    assertThat(log.json().at("/room/active").booleanValue()).isTrue();
    assertThat(log.text("/room/numbers/received")).isEqualTo("1");
    assertThat(log.text("/room/numbers/gaps")).isEqualTo("0");
    assertThat(log.text("/room/error")).isEqualTo("(absent)");
  }

  @Test
  void aReaderWhoSaysWhatTheyHaveGetsTheNewestBehindThat() {
    for (int i = 1; i <= 5; i++) {
      say("word " + i);
    }
    awaitLines(5);

    Answer newer = demo.get(LOG + "?after=2&limit=200");
    assertThat(texts(newer)).containsExactly("word 3", "word 4", "word 5");
    assertThat(newer.text("/last")).isEqualTo("5");
    assertThat(newer.text("/missed")).isEqualTo("0");

    Answer newest = demo.get(LOG + "?after=1&limit=2");
    assertThat(texts(newest)).containsExactly("word 4", "word 5");
    assertThat(newest.text("/missed")).isEqualTo("2");

    assertThat(texts(demo.get(LOG + "?after=5"))).isEmpty();
    assertThat(demo.get(LOG + "?after=999999999999999999").text("/missed")).isEqualTo("0");
  }

  @Test
  void theLogKeepsSoManyLinesAndSaysHowManyAreGone() {
    for (int i = 1; i <= MessageLog.CAPACITY + 3; i++) {
      say("word " + i);
    }
    Answer log =
        demo.await(
            LOG + "?limit=" + MessageLog.CAPACITY,
            it -> it.text("/last").equals(String.valueOf(MessageLog.CAPACITY + 3)));
    assertThat(log.json().at("/lines")).hasSize(MessageLog.CAPACITY);
    assertThat(log.text("/lines/0/said/text")).isEqualTo("word 4");
    assertThat(log.text("/missed")).isEqualTo("3");
  }

  @Test
  void whoGivesNoNameIsSomebody() {
    say("hello");
    assertThat(awaitLines(1).text("/lines/0/said/name")).isEqualTo("somebody");
  }

  // --- The orders ---

  @Test
  void anOrderIsHandledOnceAndDone() {
    Answer taken = order("{'item': 'tea'}");
    assertThat(taken.status()).isEqualTo(200);

    JsonNode handled = awaitLines(1).json().at("/lines/0/handled");
    assertThat(handled.at("/id").stringValue()).isEqualTo(taken.text("/id"));
    assertThat(handled.at("/item").stringValue()).isEqualTo("tea");
    assertThat(handled.at("/did").stringValue()).isEqualTo("DONE");
    assertThat(handled.at("/deliveryCount").stringValue()).isEqualTo("1");
    assertThat(handled.at("/claimed").booleanValue()).isTrue();
    assertThat(handled.has("before")).as("a delivery before").isFalse();
    Answer numbers = awaitIdle();
    assertThat(numbers.text("/deadLetters")).isEqualTo("0");
    assertThat(numbers.text("/retries")).isEqualTo("0");
    assertThat(demo.get(LOG).text("/last")).isEqualTo("1");
  }

  @Test
  void anOrderThatFailsOnceIsDeliveredAgainAndSaysWhoHadIt() {
    order("{'item': 'tea', 'answer': 'FAIL', 'times': 1}");

    Answer log = awaitLines(2);
    assertThat(dids(log)).containsExactly("FAILED", "DONE");
    assertThat(log.text("/lines/1/handled/deliveryCount")).isEqualTo("2");
    assertThat(log.text("/lines/1/handled/before")).isEqualTo(log.text("/server"));
    assertThat(log.text("/orders/numbers/failed")).isEqualTo("1");
    assertThat(awaitIdle().text("/retries")).isEqualTo("1");
    assertThat(deadLetters().json().at("/deadLetters")).isEmpty();
  }

  @Test
  void anOrderThatFailsEachTimeIsADeadLetterWithItsStack() {
    String id = order("{'item': 'tea', 'answer': 'FAIL'}").text("/id");
    order("{'item': 'milk', 'answer': 'FAIL'}");

    awaitDeadLetters(2);
    assertThat(dids(demo.get(LOG))).hasSize(6).containsOnly("FAILED");
    Answer letters = deadLetters();
    JsonNode tea = letterOf(letters, "tea");
    assertThat(tea.at("/messageId").stringValue()).isEqualTo(id);
    assertThat(tea.at("/deliveryCount").stringValue()).isEqualTo("3");
    assertThat(tea.at("/reason").stringValue()).contains("IllegalStateException");
    assertThat(tea.at("/stackHash").stringValue())
        .isNotBlank()
        .isEqualTo(letterOf(letters, "milk").at("/stackHash").stringValue());
    assertThat(tea.at("/takenBy").stringValue()).isEqualTo(demo.get(LOG).text("/server"));
    assertThat(Long.parseLong(tea.at("/buriedAtMillis").stringValue())).isPositive();
  }

  @Test
  void anOrderThatIsRetriedWaitsForItsDelay() {
    order("{'item': 'tea', 'answer': 'RETRY', 'times': 1, 'delayMillis': 60000}");

    assertThat(dids(awaitLines(1))).containsExactly("RETRIED");
    Answer waits = demo.await(ORDERS, it -> it.text("/pending").equals("1"));
    assertThat(waits.text("/lag")).isEqualTo("0");
    assertThat(waits.text("/deadLetters")).isEqualTo("0");
    demo.await(ORDERS, it -> !it.text("/oldestMillis").equals("0"));

    order("{'item': 'milk', 'answer': 'RETRY', 'times': 1, 'delayMillis': 1}");
    assertThat(dids(awaitLines(3))).containsExactly("RETRIED", "RETRIED", "DONE");
  }

  @Test
  void anOrderThatIsRejectedIsADeadLetterAtOnceWithItsReason() {
    order("{'item': 'tea', 'answer': 'REJECT'}");

    awaitDeadLetters(1);
    JsonNode tea = letterOf(deadLetters(), "tea");
    assertThat(tea.at("/reason").stringValue()).isEqualTo("The order was to be rejected.");
    assertThat(tea.at("/deliveryCount").stringValue()).isEqualTo("1");
    assertThat(tea.has("stackHash")).isFalse();
    assertThat(dids(demo.get(LOG))).containsExactly("REJECTED");
  }

  @Test
  void ordersThatNobodyHasTimeForAreLagAndThoseAtWorkPending() {
    Answer taken = order("{'item': 'tea', 'orders': 20, 'workMillis': 30000}");
    assertThat(taken.json().at("/ids")).hasSize(20);

    demo.await(LOG, it -> it.text("/atWork").equals("2"));
    Answer numbers = demo.get(ORDERS);
    long lag = Long.parseLong(numbers.text("/lag"));
    long pending = Long.parseLong(numbers.text("/pending"));
    assertThat(lag).isGreaterThanOrEqualTo(14);
    assertThat(lag + pending).isEqualTo(20);
  }

  @Test
  void deadLettersArePagedAndRemoved() {
    order("{'item': 'tea', 'answer': 'REJECT', 'orders': 3}");
    awaitDeadLetters(3);

    Answer first = demo.get(DEAD + "?limit=2");
    assertThat(first.json().at("/deadLetters")).hasSize(2);
    String last = first.text("/deadLetters/1/id");
    Answer second = demo.get(DEAD + "?limit=2&after=" + last);
    assertThat(second.json().at("/deadLetters")).hasSize(1);

    String id = first.text("/deadLetters/0/id");
    assertThat(demo.post(DEAD + "/remove", "{\"id\": \"" + id + "\"}").status()).isEqualTo(200);
    assertThat(deadLetters().json().at("/deadLetters")).hasSize(2);
    Answer again = demo.post(DEAD + "/remove", "{\"id\": \"" + id + "\"}");
    assertThat(again.status()).isEqualTo(404);
    assertThat(again.code()).isEqualTo("DEMO-404");
  }

  @Test
  void aDeadLetterThatIsPublishedAnewIsDoneAndGone() {
    String old = order("{'item': 'tea', 'answer': 'REJECT'}").text("/id");
    awaitDeadLetters(1);
    String id = deadLetters().text("/deadLetters/0/id");

    Answer anew = demo.post(DEAD + "/publish", "{\"id\": \"" + id + "\"}");
    assertThat(anew.status()).isEqualTo(200);
    assertThat(anew.text("/id")).isNotEqualTo(old);

    Answer log = awaitLines(2);
    assertThat(dids(log)).containsExactly("REJECTED", "DONE");
    assertThat(log.text("/lines/1/handled/id")).isEqualTo(anew.text("/id"));
    assertThat(deadLetters().json().at("/deadLetters")).isEmpty();
    assertThat(demo.post(DEAD + "/publish", "{\"id\": \"" + id + "\"}").status()).isEqualTo(404);
  }

  @Test
  void aDeadLetterThatManyPublishAnewAtOnceIsPublishedOnce() {
    order("{'item': 'tea', 'answer': 'REJECT', 'orders': 30}");
    awaitDeadLetters(30);

    for (JsonNode letter : deadLetters().json().at("/deadLetters")) {
      String body = "{\"id\": \"" + letter.at("/id").stringValue() + "\"}";
      List<Answer> answers = Crowd.run(8, () -> demo.post(DEAD + "/publish", body));
      assertThat(answers).allMatch(it -> it.status() == 200 || it.status() == 404);
      assertThat(
              answers.stream()
                  .filter(it -> it.status() == 200)
                  .map(it -> it.text("/id"))
                  .distinct())
          .hasSize(1);
    }
    assertThat(awaitIdle().text("/deadLetters")).isEqualTo("0");
    assertThat(demo.get(LOG).text("/last")).isEqualTo("60");
  }

  // --- What is refused ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "publish          | {}                                     | text",
        "publish          | {'text': ''}                           | text",
        "publish          | {'text': 7}                            | text",
        "publish          | {'text': '\\ud800'}                    | text",
        "publish          | {'text': 'x', 'name': ''}              | name",
        "publish          | {'text': 'x', 'channel': 'y'}          | channel",
        "publish-reliable | {}                                     | item",
        "publish-reliable | {'item': ''}                           | item",
        "publish-reliable | {'item': 'x', 'answer': 'SHRUG'}       | DONE, FAIL, RETRY, REJECT",
        "publish-reliable | {'item': 'x', 'times': 0}              | times",
        "publish-reliable | {'item': 'x', 'times': 1001}           | times",
        "publish-reliable | {'item': 'x', 'delayMillis': -1}       | delayMillis",
        "publish-reliable | {'item': 'x', 'delayMillis': 60001}    | delayMillis",
        "publish-reliable | {'item': 'x', 'workMillis': 30001}     | workMillis",
        "publish-reliable | {'item': 'x', 'orders': 0}             | orders",
        "publish-reliable | {'item': 'x', 'orders': 101}           | orders",
        "publish-reliable | {'item': 'x', 'server': 'y'}           | server",
        "dead-letters/remove  | {}                                 | id",
        "dead-letters/remove  | {'id': ''}                         | id",
        "dead-letters/publish | {'id': 'x', 'item': 'y'}           | item",
      })
  void whatDoesNotFitIsRefusedWithWhatDoes(String path, String body, String named) {
    Answer answer = demo.post("/demo/pubsub/" + path, body.replace('\'', '"'));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains(named);
    assertThat(demo.get(LOG).text("/last")).isEqualTo("0");
    assertThat(awaitIdle().text("/deadLetters")).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({"500, 200, 200", "501, 200, 400"})
  void whatIsSaidHasALength(int length, int itemLength, int status) {
    assertThat(demo.post(SAY, "{\"text\": \"" + "x".repeat(length) + "\"}").status())
        .isEqualTo(status);
    int item = status == 200 ? itemLength : itemLength + 1;
    assertThat(demo.post(ORDER, "{\"item\": \"" + "x".repeat(item) + "\"}").status())
        .isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        LOG + "?after=-1",
        LOG + "?after=x",
        LOG + "?after=1234567890123456789",
        LOG + "?limit=0",
        LOG + "?limit=201",
        LOG + "?kind=SAID",
        ORDERS + "?limit=1",
        DEAD + "?limit=101",
        DEAD + "?after=x",
      })
  void aQueryThatDoesNotFitIsRefused(String path) {
    assertThat(demo.get(path).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /demo/pubsub/publish, POST",
    "GET, /demo/pubsub/publish-reliable, POST",
    "POST, /demo/pubsub/log, GET",
    "DELETE, /demo/pubsub/dead-letters, GET",
    "GET, /demo/pubsub/dead-letters/remove, POST",
    "GET, /demo/pubsub/dead-letters/publish, POST",
  })
  void whatChangesSomethingIsPosted(String method, String path, String allowed) {
    HttpResponse<String> response =
        demo.exchange(demo.request(path).method(method, HttpRequest.BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).contains(allowed);
  }

  @ParameterizedTest
  @ValueSource(strings = {SAY, ORDER, DEAD + "/publish", DEAD + "/remove"})
  void anotherSiteIsRefused(String path) {
    Answer answer =
        demo.json(
            demo.request(path)
                .header("Content-Type", "application/json")
                .header("Origin", "http://evil.example")
                .POST(HttpRequest.BodyPublishers.ofString("{\"text\": \"x\", \"item\": \"x\"}")));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(demo.get(LOG).text("/last")).isEqualTo("0");
  }

  @Test
  void theQueueIsBounded() {
    order("{'item': 'tea', 'answer': 'REJECT', 'orders': 100}");
    for (int i = 1; i < Orders.MOST / 100; i++) {
      assertThat(order("{'item': 'tea', 'answer': 'REJECT', 'orders': 100}").status())
          .isEqualTo(200);
    }
    Answer refused = order("{'item': 'tea'}");
    assertThat(refused.status()).isEqualTo(507);
    assertThat(refused.code()).isEqualTo("DEMO-507");
    assertThat(refused.message()).contains("2000");
  }

  // --- Help ---

  private void say(String text) {
    assertThat(demo.post(SAY, "{\"text\": \"" + text + "\"}").status()).isEqualTo(200);
  }

  private Answer order(String body) {
    return demo.post(ORDER, body.replace('\'', '"'));
  }

  private Answer awaitLines(int lines) {
    return demo.await(LOG, it -> it.text("/last").equals(String.valueOf(lines)));
  }

  private Answer awaitIdle() {
    return demo.await(ORDERS, it -> it.text("/lag").equals("0") && it.text("/pending").equals("0"));
  }

  private void awaitDeadLetters(int letters) {
    demo.await(ORDERS, it -> it.text("/deadLetters").equals(String.valueOf(letters)));
  }

  private Answer deadLetters() {
    return demo.get(DEAD + "?limit=100");
  }

  private static JsonNode letterOf(Answer letters, String item) {
    for (JsonNode letter : letters.json().at("/deadLetters")) {
      if (letter.at("/item").asString().equals(item)) {
        return letter;
      }
    }
    throw new AssertionError("no dead letter of " + item + " in " + letters);
  }

  private static List<String> texts(Answer log) {
    return all(log, "/said/text");
  }

  private static List<String> dids(Answer log) {
    return all(log, "/handled/did");
  }

  private static List<String> all(Answer log, String pointer) {
    List<String> found = new ArrayList<>();
    for (JsonNode line : log.json().at("/lines")) {
      found.add(line.at(pointer).asString());
    }
    return found;
  }
}
