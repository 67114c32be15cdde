package io.zeal.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RepeatWindowTest {

  private RepeatWindow window = new RepeatWindow();

  @Test
  void eachNumberIsNewOnceInAnyOrder() {
    assertThat(window.isNew(3)).isTrue();
    assertThat(window.isNew(1)).isTrue();
    assertThat(window.isNew(2)).isTrue();
    assertThat(window.isNew(3)).isFalse();
    assertThat(window.isNew(1)).isFalse();
  }

  @Test
  void ofWhatIsOlderThanTheWindowNothingIsKnown() {
    assertThat(window.isNew(RepeatWindow.SIZE + 1)).isTrue();
    assertThat(window.isNew(2)).isTrue();
    assertThat(window.isNew(2)).isFalse();
    assertThat(window.isNew(1)).isTrue();
    assertThat(window.isNew(10L * RepeatWindow.SIZE)).isTrue();
    assertThat(window.isNew(9L * RepeatWindow.SIZE)).isTrue();
    assertThat(window.isNew(9L * RepeatWindow.SIZE + 1)).isTrue();
    assertThat(window.isNew(9L * RepeatWindow.SIZE + 1)).isFalse();
  }

  @Test
  void numbersThatNoWriterUsesHideNoOther() {
    for (long number : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      var _ = window.isNew(number);
      assertThat(window.isNew(7)).as("after %d", number).isTrue();
      window = new RepeatWindow();
    }
  }

  @Test
  void itAnswersAsASetDoesWithinItsSize() {
    Random random = new Random(7);
    Set<Long> seen = new HashSet<>();
    long highest = 0;
    for (int i = 0; i < 200_000; i++) {
      long number =
          Math.max(1, highest + random.nextInt(RepeatWindow.SIZE) - RepeatWindow.SIZE + 50);
      highest = Math.max(highest, number);
      if (number > highest - RepeatWindow.SIZE) {
        assertThat(window.isNew(number))
            .as("%d below %d", number, highest)
            .isEqualTo(seen.add(number));
      }
    }
  }
}
