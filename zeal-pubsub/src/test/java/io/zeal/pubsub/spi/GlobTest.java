package io.zeal.pubsub.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.InvalidArgumentException;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {

  @ParameterizedTest
  @CsvSource({
    "*, anything, true",
    "news.*, news., true",
    "news.*, news.sport.today, true",
    "news.*, new.sport, false",
    "*.sport, news.sport, true",
    "*.sport, news.sports, false",
    "a*b*c, aXbYbZc, true",
    "a*b*c, aXcYb, false",
    "?, a, true",
    "?, ab, false",
    "?, 😀, true",
    "??, 😀, false",
    "a?c, abc, true",
    "a**c, abc, true",
    "[ab], a, false",
    "[ab], [ab], true",
    "a.c, abc, false",
    "\\*, *, true",
    "\\*, a, false",
    "\\?, ?, true",
    "\\\\, \\, true",
    "\\a, a, true",
    "a\\, a\\, true"
  })
  void patternMatches(String pattern, String channel, boolean matches) {
    assertThat(Glob.of(pattern).matches(channel)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\ud800", "a\udc00b"})
  void patternThatIsNoTextIsRefused(String pattern) {
    assertThatThrownBy(() -> Glob.of(pattern)).isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void manyStarsAreNotExponential() {
    assertThat(Glob.of("*a".repeat(30) + "b").matches("a".repeat(10_000))).isFalse();
  }

  @Test
  void itIsWrittenInTheNotationOfOthers() {
    assertThat(Glob.of("a*?\\*[b]").render("%", "_", c -> "(" + c + ")"))
        .isEqualTo("(a)%_(*)([)(b)(])");
  }

  @Test
  void itMatchesWhatTheSameRegularExpressionMatches() {
    Random random = new Random(42);
    for (int round = 0; round < 20_000; round++) {
      Glob glob = Glob.of(text(random, "ab*?", 1 + random.nextInt(6)));
      String channel = text(random, "ab", random.nextInt(7));
      Pattern same = Pattern.compile(glob.render(".*", ".", Pattern::quote), Pattern.DOTALL);

      assertThat(glob.matches(channel))
          .as("%s and %s", glob, channel)
          .isEqualTo(same.matcher(channel).matches());
    }
  }

  private static String text(Random random, String alphabet, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
