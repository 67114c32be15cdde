package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @Test
  void anIncrementThatSurelyDidNotHappenIsMadeAgain() {
    AtomicInteger calls = new AtomicInteger();
    Runnable losesEverySecond =
        () -> {
          if (calls.incrementAndGet() % 2 == 0) {
            throw timeout(Stage.ROW, Outcome.NOT_SENT);
          }
        };

    assertThat(IncrementEndpoint.client(losesEverySecond, 5, inAMinute())).isEqualTo(5);
    assertThat(calls).hasValue(9);
  }

  @ParameterizedTest
  @CsvSource({"ROW, UNKNOWN", "SERVER, NOT_SENT", "SERVER, UNKNOWN"})
  void oneThatMayHaveHappenedOrWaitedForAServerIsNot(Stage stage, Outcome outcome) {
    OperationTimeoutException timeout = timeout(stage, outcome);
    Runnable fails =
        () -> {
          throw timeout;
        };

    assertThatThrownBy(() -> IncrementEndpoint.client(fails, 5, inAMinute())).isSameAs(timeout);
  }

  private static OperationTimeoutException timeout(Stage stage, Outcome outcome) {
    return new OperationTimeoutException(stage, "too late", outcome, null);
  }

  private static long inAMinute() {
    return System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
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
