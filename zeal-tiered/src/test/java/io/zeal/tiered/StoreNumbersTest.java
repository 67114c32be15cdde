package io.zeal.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.tiered.StoreNumbers.Refused;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StoreNumbersTest {

  private static final long LATELY = StoreNumbers.LATELY.toNanos();

  private final StoreNumbers numbers = new StoreNumbers();

  @Test
  void whatWasRefusedIsToldToEveryoneForAWhileAndThenNoMore() {
    long began = -5; // the clock may be below zero
    numbers.refused(Frame.Reason.FORM, began);
    for (int look = 0; look < 2; look++) {
      assertThat(numbers.refusedLately(Frame.Reason.FORM, began + LATELY - 1))
          .contains(new Refused(1, Duration.ofNanos(LATELY - 1)));
    }
    assertThat(numbers.refusedLately(Frame.Reason.FORM, began + LATELY)).isEmpty();

    numbers.refused(Frame.Reason.FORM, began + 2 * LATELY);
    assertThat(numbers.refusedLately(Frame.Reason.FORM, began + 2 * LATELY))
        .contains(new Refused(2, Duration.ZERO));
  }

  @Test
  void reasonsAreToldApart() {
    numbers.refused(Frame.Reason.SIGNATURE, 0);
    assertThat(numbers.refusedLately(Frame.Reason.FORM, 0)).isEmpty();
    assertThat(numbers.refusedLately(Frame.Reason.SIGNATURE, 0)).isPresent();
    assertThat(numbers.all())
        .containsEntry("refusedSignature", 1L)
        .containsEntry("refusedForm", 0L);
  }
}
