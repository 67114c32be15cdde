package io.zeal;

import static io.zeal.Refused.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.zeal.spi.StoreSpec;
import io.zeal.spi.Texts;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {

  private static final StoreSpec<Row> PLAYERS =
      new StoreSpec<>(
          "players",
          Schema.builder().column("score", ColumnType.LONG).build(),
          StoreOptions.defaults(),
          null);

  @Test
  void lengthIsThatOfUtf8ForAnyWellFormedText() {
    Random random = new Random(20_260_101);
    for (int i = 0; i < 20_000; i++) {
      String text = wellFormed(random);
      assertThat(Texts.utf8Length(text))
          .as("text %d: %s", i, text)
          .isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    }
  }

  @Test
  void lengthIsRightAtEveryEdgeOfUtf8() {
    int[] edges = {0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};
    int[] lengths = {1, 1, 2, 2, 3, 3, 3, 3, 4, 4};
    for (int i = 0; i < edges.length; i++) {
      assertThat(Texts.utf8Length(Character.toString(edges[i]))).isEqualTo(lengths[i]);
    }
  }

  private static String wellFormed(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(12);
    while (text.length() < length) {
      int[] ends = {0x80, 0x800, 0x10000, 0x110000};
      int codePoint = random.nextInt(ends[random.nextInt(ends.length)]);
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        text.appendCodePoint(codePoint);
      }
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\ud800", "\udc00", "a\ud83d", "\ud83da", "\udc00\ud800", "\ud83d\ud83d\ude00"})
  void textWithALoneSurrogateHasNoLength(String text) {
    assertThat(Texts.utf8Length(text)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63})
  void aKeyWithinTheLimitIsReturned(int length) {
    String key = "k".repeat(length);

    assertThat(PLAYERS.requireKey(key)).isSameAs(key);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 64})
  void aKeyOutsideTheLimitIsRefused(int length) {
    refused(
        InvalidArgumentException.class,
        ErrorCode.INVALID_KEY,
        () -> PLAYERS.requireKey("k".repeat(length)),
        "Store 'players'",
        "key '",
        length + " bytes of UTF-8",
        "1 to 63 bytes",
        "withKeyLimit");
  }

  @Test
  void aKeyIsMeasuredInBytesNotInCharacters() {
    refused(
        InvalidArgumentException.class,
        ErrorCode.INVALID_KEY,
        () -> PLAYERS.requireKey("é".repeat(32)),
        "64 bytes of UTF-8");
  }

  @Test
  void aKeyThatIsNotWellFormedIsRefused() {
    refused(
        InvalidArgumentException.class,
        ErrorCode.INVALID_KEY,
        () -> PLAYERS.requireKey("a\ud800"),
        "'a\\ud800'",
        "lone surrogate");
  }

  @Test
  void aNullKeyIsANullPointerThatSaysSo() {
    assertThatNullPointerException().isThrownBy(() -> PLAYERS.requireKey(null)).withMessage("key");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63})
  void aNameWithinTheLimitIsReturned(int length) {
    String name = "n".repeat(length);

    assertThat(Text.requireName(name, "store")).isSameAs(name);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 64})
  void aNameOutsideTheLimitIsRefused(int length) {
    refused(
        InvalidArgumentException.class,
        ErrorCode.INVALID_NAME,
        () -> Text.requireName("n".repeat(length), "counter"),
        "counter name '",
        length + " bytes of UTF-8",
        "use 1 to 63 bytes");
  }

  @Test
  void aNameThatIsNotWellFormedIsRefused() {
    refused(
        InvalidArgumentException.class,
        ErrorCode.INVALID_NAME,
        () -> Text.requireName("\udc00", "store"),
        "'\\udc00'",
        "lone surrogate");
  }

  @Test
  void aQuoteIsShortened() {
    assertThat(Texts.quote("x".repeat(40))).isEqualTo("'" + "x".repeat(40) + "'");
    assertThat(Texts.quote("x".repeat(41))).isEqualTo("'" + "x".repeat(40) + "…'");
  }

  @Test
  void aQuoteEscapesWhatDoesNotPrint() {
    assertThat(Texts.quote("a b\n\0é\ud800~\u007f"))
        .isEqualTo("'a b\\u000a\\u0000\\u00e9\\ud800~\\u007f'");
  }

  @Test
  void aQuoteEscapesWhatWouldEndIt() {
    assertThat(Texts.quote("it's \\")).isEqualTo("'it\\'s \\\\'");
  }
}
