package io.zeal.concurrency.lincheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.concurrency.Subject;
import io.zeal.concurrency.lincheck.Lincheck.Effort;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A few histories of each kind; {@code ./zeal verify concurrency} runs as many as wanted. */
class LincheckTest {

  @AfterEach
  void backToTheTable() {
    Subject.use(Subject.TABLE);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tests")
  void theTableAnswersAsIfOneCallCameAfterTheOther(String test) {
    Effort effort = new Effort(new Random().nextInt(Later.BEGINNINGS), 6, 150);

    assertThat(Lincheck.run(test, effort)).as("%s", effort).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tests")
  void theTestSeesARaceWhereThereIsOne(String test) {
    Subject.use(Subject.NAIVE);

    assertThat(Lincheck.run(test, new Effort(1, 40, 300)))
        .as("passed with a backend that is full of races")
        .isPresent();
  }

  static Iterable<String> tests() {
    return Lincheck.tests();
  }
}
