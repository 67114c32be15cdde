package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.pubsub.spi.Glob;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Patterns in the server's notation. */
class ServerPatternTest {

  @ParameterizedTest
  @CsvSource({
    "a*, p:a*",
    "a?b, p:a*b",
    "a??*?b, p:a*b",
    "a\\*b, p:a\\*b",
    "a\\**b, p:a\\**b",
    "a\\?b, p:a\\?b",
    "a[b]c, p:a\\[b\\]c",
    "a^-b, p:a^-b",
    "a\\, p:a\\\\",
    "a\\\\*, p:a\\\\*",
    "\\a, p:a",
    "*, p:*"
  })
  void whatMeansSomethingToTheServerIsEscapedAndOneCharacterIsAnyText(
      String pattern, String expected) {
    assertThat(ServerPattern.of("p:", Glob.of(pattern))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"a*b:, a\\*b:x*", "'[x]:', \\[x\\]:x*", "a\\:, a\\\\:x*"})
  void thePrefixIsLiteral(String prefix, String expected) {
    assertThat(ServerPattern.of(prefix, Glob.of("x*"))).isEqualTo(expected);
  }
}
