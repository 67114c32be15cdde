package io.zeal.concurrency.jcstress;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.concurrency.Subject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each test for a moment; {@code ./zeal verify concurrency} runs them for as long as wanted. */
class JcstressTest {

  private static final int MILLIS = 200;

  /** A race that is there is found sooner or later; how soon depends on the machine. */
  private static final int TRIES = 100;

  private static final int MILLIS_OF_A_TRY = 50;

  @AfterEach
  void backToTheTable() {
    Subject.use(Subject.TABLE);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tests")
  void theTableGivesNoOtherAnswers(String test) {
    Jcstress.Result result = Jcstress.run(test, MILLIS);

    assertThat(result.failures()).as("forbidden answers in %s runs", result.runs()).isEmpty();
    assertThat(result.runs()).isPositive();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tests")
  void theTestSeesARaceWhereThereIsOne(String test) {
    Subject.use(Subject.NAIVE);
    boolean passed = true;
    for (int i = 0; passed && i < TRIES; i++) {
      passed = Jcstress.run(test, MILLIS_OF_A_TRY).passed();
    }
    assertThat(passed).as("passed with a backend that is full of races").isFalse();
  }

  static List<String> tests() {
    return Jcstress.tests();
  }
}
