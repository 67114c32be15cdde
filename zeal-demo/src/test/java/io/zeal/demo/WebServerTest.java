package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebServerTest {

  @AutoClose private final RunningDemo demo = new RunningDemo();

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=utf-8",
    "/index.html, text/html; charset=utf-8",
    "/zeal.css, text/css; charset=utf-8",
    "/main.js, text/javascript; charset=utf-8",
    "/icon.svg, image/svg+xml",
  })
  void servesThePage(String path, String type) {
    HttpResponse<String> response = demo.exchange(demo.request(path));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains(type);
    assertThat(response.body()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/health/store", "/nothing"})
  void everyAnswerCarriesTheSecurityHeaders(String path) {
    HttpResponse<String> response = demo.exchange(demo.request(path));
    assertThat(response.headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'self';"));
    assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(response.headers().firstValue("Cross-Origin-Resource-Policy"))
        .contains("same-origin");
    assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/demo",
        "/demo/",
        "/%2e%2e/",
        "/web/index.html",
        "/demo/stores/",
        "/Main.class"
      })
  void anUnknownPathIsNotFoundAndSaysSoInJson(String path) {
    String answer = demo.raw("GET " + path + " HTTP/1.1\nHost: localhost\nConnection: close\n\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 404 ")
        .endsWith(
            "{\"error\":{\"code\":\"DEMO-404\",\"message\":\"There is nothing at this path.\"}}");
  }

  @Test
  void aMethodThatIsNotThereNamesThoseThatAre() {
    HttpResponse<String> response =
        demo.exchange(
            demo.request("/demo/row").method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).contains("DELETE, GET, PATCH, PUT");
    assertThat(response.body()).contains("DEMO-405");
  }

  @Test
  void headAnswersLikeGetWithoutABody() {
    HttpResponse<String> response =
        demo.exchange(
            demo.request("/zeal.css").method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin1"
      })
  void aBodyThatIsNotDeclaredAsJsonIsRefused(String type) {
    var answer =
        demo.json(
            demo.request("/demo/counter/increment")
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\": \"hits\"}")));
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.code()).isEqualTo("DEMO-415");
  }

  @Test
  void aCharsetOfUtf8IsFine() {
    var answer =
        demo.json(
            demo.request("/demo/counter/increment")
                .header("Content-Type", "application/json; charset=UTF-8")
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\": \"hits\"}")));
    assertThat(answer.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {65_537, 1_000_000})
  void aBodyThatIsTooLongIsRefused(int length) {
    String name = "x".repeat(length - "{\"name\":\"\"}".length());
    var answer = demo.post("/demo/counter/increment", "{\"name\":\"" + name + "\"}");
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.code()).isEqualTo("DEMO-413");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "evil.example:8080", "localhost.evil.example", "", "192.0.2.1"})
  void aHostThatIsNotThisServerIsRefused(String host) {
    String answer =
        demo.raw("GET /health/store HTTP/1.1\nHost: " + host + "\nConnection: close\n\n");
    assertThat(answer).startsWith("HTTP/1.1 421 ").contains("DEMO-421");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:1", "127.0.0.1:8080", "[::1]:8080"})
  void aNameOfThisMachineIsFineWhateverPortATunnelUses(String host) {
    String answer =
        demo.raw("GET /health/store HTTP/1.1\nHost: " + host + "\nConnection: close\n\n");
    assertThat(answer).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, http://evil.example",
    "Origin, null",
    "Origin, http://localhost:1",
    "Sec-Fetch-Site, cross-site",
    "Sec-Fetch-Site, same-site",
  })
  void aWriteThatAnotherSiteStartsIsRefused(String header, String value) {
    var answer =
        demo.json(
            demo.request("/demo/counter/increment")
                .header("Content-Type", "application/json")
                .header(header, value)
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\": \"hits\"}")));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.code()).isEqualTo("DEMO-403");
    assertThat(demo.get("/demo/counter?name=hits").text("/value")).isEqualTo("0");
  }

  @Test
  void theRoundTripWritesSoAnotherSiteMayNotStartItEither() {
    var answer =
        demo.json(demo.request("/demo/store-roundtrip").header("Sec-Fetch-Site", "cross-site"));
    assertThat(answer.status()).isEqualTo(403);
  }

  @Test
  void itsOwnPageMayWrite() {
    var answer =
        demo.json(
            demo.request("/demo/counter/increment")
                .header("Content-Type", "application/json")
                .header("Origin", demo.url())
                .header("Sec-Fetch-Site", "same-origin")
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\": \"hits\"}")));
    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void aLinkFromElsewhereMayLeadToThePage() {
    HttpResponse<String> response =
        demo.exchange(demo.request("/").header("Sec-Fetch-Site", "cross-site"));
    assertThat(response.statusCode()).isEqualTo(200);
  }
}
