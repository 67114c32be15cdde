package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowEndpointsTest {

  private static final String ADA =
      """
      {"name": "Ada", "score": "9223372036854775807", "level": 3, "rating": 0.1, "online": true}\
      """;

  @AutoClose private final RunningDemo demo = new RunningDemo();

  @ParameterizedTest
  @ValueSource(strings = {"ada", "a b+c", "..", "a/b?c=d&e#f", "Ünïcödé 🎈", "100%"})
  void aRowIsPutAndReadUnderAnyKey(String key) {
    var put = demo.send("PUT", row(key), ADA);
    var read = demo.get(row(key));
    assertThat(put.status()).isEqualTo(200);
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.text("/key")).isEqualTo(key);
    assertThat(read.text("/name")).isEqualTo("Ada");
    assertThat(read.json().at("/rating").doubleValue()).isEqualTo(0.1);
    assertThat(read.json().at("/online").booleanValue()).isTrue();
  }

  @Test
  void aNumberAbove2To53KeepsItsDigits() {
    demo.send("PUT", row("ada"), ADA);
    assertThat(demo.get(row("ada")).json().at("/score").stringValue())
        .isEqualTo("9223372036854775807");
  }

  @Test
  void aRowThatExpiresSaysWhen() {
    demo.post("/demo/stores", "{\"name\": \"short\", \"ttlMillis\": 600000}");
    demo.send("PUT", "/demo/row?store=short&key=a", ADA);
    assertThat(Long.parseLong(demo.get("/demo/row?store=short&key=a").text("/ttlMillis")))
        .isBetween(500_000L, 600_000L);
  }

  @Test
  void aPatchChangesTheNamedColumnsOnly() {
    demo.send("PUT", row("ada"), ADA);
    var answer = demo.send("PATCH", row("ada"), "{\"level\": 4, \"rating\": 2}");
    var read = demo.get(row("ada"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(read.text("/level")).isEqualTo("4");
    assertThat(read.json().at("/rating").doubleValue()).isEqualTo(2.0);
    assertThat(read.text("/name")).isEqualTo("Ada");
  }

  @Test
  void aRemovedRowIsNotFound() {
    demo.send("PUT", row("ada"), ADA);
    assertThat(demo.send("DELETE", row("ada")).status()).isEqualTo(200);
    assertThat(demo.get(row("ada")).status()).isEqualTo(404);
    assertThat(demo.send("DELETE", row("ada")).status()).isEqualTo(404);
    assertThat(demo.send("PATCH", row("ada"), "{\"level\": 4}").status()).isEqualTo(404);
  }

  @Test
  void anIncrementReturnsTheSum() {
    var first =
        increment("{\"store\": \"players\", \"key\": \"new\", \"by\": \"9007199254740993\"}");
    var second = increment("{\"store\": \"players\", \"key\": \"new\", \"column\": \"score\"}");
    assertThat(first.text("/value")).isEqualTo("9007199254740993");
    assertThat(second.text("/value")).isEqualTo("9007199254740994");
  }

  @Test
  void anIncrementBeyondTheRangeIsAConflictAndChangesNothing() {
    demo.send("PUT", row("ada"), ADA);
    var answer = increment("{\"store\": \"players\", \"key\": \"ada\", \"by\": 1}");
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("ZEAL-303");
    assertThat(demo.get(row("ada")).text("/score")).isEqualTo("9223372036854775807");
  }

  @Test
  void aColumnThatIsNotThereOrNoNumberIsABadRequest() {
    var absent = increment("{\"store\": \"players\", \"key\": \"k\", \"column\": \"salary\"}");
    var text = increment("{\"store\": \"players\", \"key\": \"k\", \"column\": \"name\"}");
    assertThat(absent.status()).isEqualTo(400);
    assertThat(absent.code()).isEqualTo("ZEAL-204");
    assertThat(text.status()).isEqualTo(400);
    assertThat(text.code()).isEqualTo("ZEAL-205");
  }

  @Test
  void pagesShowEveryRowOnce() {
    List<String> keys = new ArrayList<>();
    String next = "";
    do {
      var page = demo.get("/demo/rows?store=players&limit=7&after=" + encoded(next));
      page.json().at("/rows").forEach(row -> keys.add(row.at("/key").stringValue()));
      next = page.text("/next");
    } while (!next.equals("(absent)"));
    assertThat(keys).hasSize(48).doesNotHaveDuplicates();
  }

  @Test
  void anEmptyKeyIsRefusedByZeal() {
    var answer = demo.get(row(""));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("ZEAL-211");
  }

  @Test
  void aValueLongerThanItsColumnIsABadRequest() {
    var answer = demo.send("PUT", row("ada"), ADA.replace("Ada", "é".repeat(33)));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("ZEAL-302");
    assertThat(answer.message()).contains("66", "64");
  }

  @Test
  void aFullStoreIsInsufficientStorage() {
    demo.post("/demo/stores", "{\"name\": \"one\", \"capacity\": 1}");
    demo.send("PUT", "/demo/row?store=one&key=a", ADA);
    var answer = demo.send("PUT", "/demo/row?store=one&key=b", ADA);
    assertThat(answer.status()).isEqualTo(507);
    assertThat(answer.code()).isEqualTo("ZEAL-301");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"level\": 2147483648}",
        "{\"level\": \"\"}",
        "{\"score\": \"9223372036854775808\"}",
        "{\"score\": 1.5}",
        "{\"rating\": 1e999}",
        "{\"rating\": \"2\"}",
        "{\"online\": 1}",
        "{\"name\": null}",
        "{\"salary\": 1}",
        "{}",
        "[]",
        "7",
        "",
        "{\"level\": 1",
        "{\"level\": 1} {}",
        "{\"level\": 1, \"level\": 2}",
      })
  void aBodyThatDoesNotFitIsABadRequest(String body) {
    var answer = demo.send("PATCH", row("player-00001"), body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("DEMO-400");
    assertThat(answer.message()).isNotBlank().doesNotContain("REDACTED", "Exception");
  }

  @Test
  void aPutNeedsEveryColumn() {
    assertThat(demo.send("PUT", row("ada"), "{\"name\": \"Ada\"}").message())
        .isEqualTo("The field 'score' is missing.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "store=players&limit=0",
        "store=players&limit=201",
        "store=players&limit=x",
        "store=players&store=players",
        "store=players&unknown=1",
        "store=players&after=%",
        "store=players&after=%zz",
        "store=players&after=%ff",
        "",
      })
  void aQueryThatDoesNotFitIsABadRequest(String query) {
    String head = "GET /demo/rows?" + query + " HTTP/1.1\nHost: localhost\nConnection: close\n\n";
    assertThat(demo.raw(head)).startsWith("HTTP/1.1 400 ");
  }

  private RunningDemo.Answer increment(String body) {
    return demo.post("/demo/row/increment", body);
  }

  private static String row(String key) {
    return "/demo/row?store=players&key=" + encoded(key);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
