package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Ids as servers make them, and what callers pass for one. */
class StreamIdTest {

  @Test
  void theySortByTheirNumbers() {
    assertThat(
            Stream.of("10-1", "9-10", "9-9", "9-0")
                .map(StreamId::of)
                .sorted()
                .map(StreamId::toString))
        .containsExactly("9-0", "9-9", "9-10", "10-1");
  }

  @Test
  void theSecondNumberMayBeMissing() {
    assertThat(StreamId.parse("17")).isEqualTo(new StreamId(17, 0));
    assertThat(StreamId.parse("17-3")).isEqualTo(new StreamId(17, 3));
  }

  @Test
  void whatIsNoneIsNone() {
    for (String text :
        List.of("", "a", "-", "1-", "-1", "1-2-3", "+", "(1", "1 ", "9".repeat(20))) {
      assertThat(StreamId.parse(text)).as("'%s'", text).isNull();
    }
  }
}
