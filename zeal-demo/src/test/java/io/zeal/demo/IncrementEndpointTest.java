package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class IncrementEndpointTest {

  @AutoClose private final RunningDemo demo = new RunningDemo();

  @Test
  void manyClientsAtOnceLoseNoIncrement() {
    var answer = run(64, 500);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("/expected")).isEqualTo("32000");
    assertThat(answer.text("/total")).isEqualTo("32000");
    assertThat(answer.json().at("/exact").booleanValue()).isTrue();
    assertThat(answer.json().at("/complete").booleanValue()).isTrue();
  }

  @Test
  void aSecondRunBeginsAtZero() {
    run(2, 10);
    assertThat(run(3, 10).text("/total")).isEqualTo("30");
  }

  @Test
  void tooManyAreRefusedWithTheNumberAskedFor() {
    var answer = run(1000, 1_000_000);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains("1000000000", "5000000");
  }

  @Test
  void noClientsAreRefused() {
    assertThat(run(0, 1).status()).isEqualTo(400);
    assertThat(run(1, 0).status()).isEqualTo(400);
  }

  private RunningDemo.Answer run(int clients, int each) {
    return demo.post(
        "/demo/increments",
        "{\"store\": \"players\", \"key\": \"tally\", \"clients\": "
            + clients
            + ", \"each\": "
            + each
            + "}");
  }
}
