package io.zeal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadingTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void aFreshReadingHasNoAgeAndIsNotStale() {
    Reading<String> fresh = Reading.fresh("secret", SECOND);

    assertThat(fresh.value()).isEqualTo("secret");
    assertThat(fresh.remaining()).contains(SECOND);
    assertThat(fresh.age()).isZero();
    assertThat(fresh.stale()).isFalse();
    assertThat(Reading.fresh("secret", null).remaining()).isEmpty();
  }

  @Test
  void aReadingOfACopySaysItsAgeAndAStaleOneThatItIs() {
    Reading<String> fresh = Reading.fresh("x", null);
    Reading<String> old = fresh.withAge(SECOND).asStale();

    assertThat(old.value()).isEqualTo("x");
    assertThat(old.age()).isEqualTo(SECOND);
    assertThat(old.stale()).isTrue();
    assertThat(fresh.withAge(SECOND).stale()).isFalse();
    assertThat(fresh).isEqualTo(Reading.fresh("x", null)).isNotEqualTo(old);
    assertThat(old).hasSameHashCodeAs(fresh.asStale().withAge(SECOND));
  }

  @Test
  void asTextAReadingShowsNoValue() {
    assertThat(Reading.fresh("secret", SECOND))
        .hasToString("Reading[remaining=PT1S, age=PT0S, stale=false]");
    assertThat(Reading.fresh("secret", null).asStale())
        .hasToString("Reading[remaining=none, age=PT0S, stale=true]");
  }

  @Test
  void nullIsNoValueAndNoAge() {
    assertThatNullPointerException()
        .isThrownBy(() -> Reading.fresh(null, null))
        .withMessage("value");
    assertThatNullPointerException()
        .isThrownBy(() -> Reading.fresh("x", null).withAge(null))
        .withMessage("age");
  }
}
