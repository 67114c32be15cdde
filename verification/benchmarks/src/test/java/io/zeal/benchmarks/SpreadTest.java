package io.zeal.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void anOddNumberOfValuesHasItsMiddleOneAsMedian() {
    assertThat(Spread.of(List.of(5.0, 1.0, 4.0, 2.0, 3.0))).isEqualTo(new Spread(2.0, 3.0, 4.0));
  }

  @Test
  void anEvenNumberOfValuesIsInterpolated() {
    assertThat(Spread.of(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(new Spread(1.75, 2.5, 3.25));
  }

  @Test
  void oneValueIsItsOwnSpread() {
    assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7.0, 7.0, 7.0));
  }

  @Test
  void oneWildValueMovesNothing() {
    assertThat(Spread.of(List.of(1.0, 1.0, 1.0, 1.0, 1_000_000.0)))
        .isEqualTo(new Spread(1.0, 1.0, 1.0));
  }

  @Test
  void noValuesHaveNoSpread() {
    assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(List.of()));
  }
}
