package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class CounterEndpointsTest {

  @AutoClose private final RunningDemo demo = new RunningDemo();

  @Test
  void aCounterNobodyTouchedIsZero() {
    var answer = demo.get("/demo/counter?name=hits");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("/value")).isEqualTo("0");
  }

  @Test
  void incrementsByOneUnlessToldOtherwise() {
    demo.post("/demo/counter/increment", "{\"name\": \"hits\"}");
    demo.post("/demo/counter/increment", "{\"name\": \"hits\", \"by\": 10}");
    var answer = demo.post("/demo/counter/increment", "{\"name\": \"hits\", \"by\": -3}");
    assertThat(answer.text("/value")).isEqualTo("8");
    assertThat(demo.get("/demo/counter?name=hits").text("/value")).isEqualTo("8");
  }

  @Test
  void keepsEveryDigit() {
    var answer =
        demo.post(
            "/demo/counter/increment", "{\"name\": \"big\", \"by\": \"9223372036854775806\"}");
    assertThat(answer.json().at("/value").stringValue()).isEqualTo("9223372036854775806");
  }

  @Test
  void beyondTheRangeIsAConflictAndChangesNothing() {
    demo.post("/demo/counter/increment", "{\"name\": \"big\", \"by\": \"9223372036854775807\"}");
    var answer = demo.post("/demo/counter/increment", "{\"name\": \"big\"}");
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("ZEAL-303");
    assertThat(demo.get("/demo/counter?name=big").text("/value")).isEqualTo("9223372036854775807");
  }

  @Test
  void comparesAndSets() {
    var done = compareAndSet("0", "5");
    var refused = compareAndSet("4", "9");
    assertThat(done.json().at("/done").booleanValue()).isTrue();
    assertThat(done.text("/value")).isEqualTo("5");
    assertThat(refused.status()).isEqualTo(200);
    assertThat(refused.json().at("/done").booleanValue()).isFalse();
    assertThat(refused.text("/value")).isEqualTo("5");
  }

  @Test
  void resetsToZero() {
    demo.post("/demo/counter/increment", "{\"name\": \"hits\", \"by\": 10}");
    var answer = demo.post("/demo/counter/reset", "{\"name\": \"hits\"}");
    assertThat(answer.text("/value")).isEqualTo("0");
  }

  @Test
  void aNameThatZealRefusesIsABadRequest() {
    var empty = demo.post("/demo/counter/increment", "{\"name\": \"\"}");
    var broken = demo.post("/demo/counter/increment", "{\"name\": \"\\ud800\"}");
    assertThat(empty.status()).isEqualTo(400);
    assertThat(empty.code()).isEqualTo("ZEAL-212");
    assertThat(broken.status()).isEqualTo(400);
  }

  @Test
  void aFieldOfAnotherTypeIsNamed() {
    var answer = demo.post("/demo/counter/increment", "{\"name\": 7}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).isEqualTo("The field 'name' does not fit. Give a text.");
  }

  private RunningDemo.Answer compareAndSet(String expected, String next) {
    return demo.post(
        "/demo/counter/compare-and-set",
        "{\"name\": \"hits\", \"expected\": \"" + expected + "\", \"next\": \"" + next + "\"}");
  }

  @Test
  void aNameThatIsTooLongBehindThePagesPrefixIsRefusedAsItWasTyped() {
    var answer = demo.get("/demo/counter?name=" + "x".repeat(59));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message())
        .startsWith("The name '" + "x".repeat(59) + "' is 59 bytes")
        .endsWith("use 1 to 58 bytes.");
    assertThat(demo.get("/demo/counter?name=" + "x".repeat(58)).status()).isEqualTo(200);
  }
}
