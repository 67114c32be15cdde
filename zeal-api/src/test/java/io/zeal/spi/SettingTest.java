package io.zeal.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.zeal.SubscribeOptions.WhenFull;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {

  private static final Setting<Long> PORT = Setting.number("zeal.fake.port", 1, 65_535);
  private static final Setting<Long> SIZE = Setting.bytes("zeal.fake.size");
  private static final Setting<Duration> WAIT = Setting.duration("zeal.fake.wait");

  @ParameterizedTest
  @ValueSource(
      strings = {"zeal", "fake.url", "zeal.Fake", "zeal..url", "zeal.fake_url", "zeal.", ""})
  void aKeyIsLowerCaseWithDotsBelowZeal(String key) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Setting.text(key))
        .withMessageContaining("lower case, dots")
        .withMessageEndingWith(key);
  }

  @Test
  void itsVariableIsUpperCaseWithUnderscoresForDotsAndDashes() {
    assertThat(Setting.text("zeal.fake.near-ttl").variable()).isEqualTo("ZEAL_FAKE_NEAR_TTL");
  }

  @Test
  void textIsStripped() {
    assertThat(Setting.text("zeal.fake.url").parse("  a b ")).isEqualTo("a b");
  }

  @ParameterizedTest
  @CsvSource({"true,true", "TRUE,true", "False,false", "' false ',false"})
  void aFlagIsTrueOrFalseInAnyCase(String text, boolean value) {
    assertThat(Setting.flag("zeal.fake.on").parse(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "1", "", "on"})
  void anyOtherFlagIsRefused(String text) {
    Setting<Boolean> flag = Setting.flag("zeal.fake.on");

    assertThatIllegalArgumentException().isThrownBy(() -> flag.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "6379", "65535"})
  void aNumberWithinItsRangeIsRead(String text) {
    assertThat(PORT.parse(text)).isEqualTo(Long.parseLong(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "-1", "", "6k", "9223372036854775808"})
  void aNumberOutsideItsRangeIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> PORT.parse(text));
  }

  @ParameterizedTest
  @CsvSource({"0,0", "65536,65536", "64k,65536", "64K,65536", "16m,16777216", "2g,2147483648"})
  void aSizeIsReadWithItsUnit(String text, long bytes) {
    assertThat(SIZE.parse(text)).isEqualTo(bytes);
  }

  @Test
  void theGreatestSizesAreReadAndWhatIsAboveIsRefused() {
    assertThat(SIZE.parse("8589934591g")).isEqualTo(8589934591L << 30);
    assertThatIllegalArgumentException().isThrownBy(() -> SIZE.parse("8589934592g"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "-1", "-1k", "1t", "1.5k", "64 k", "64kb"})
  void anyOtherSizeIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> SIZE.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "250ms,PT0.25S",
    "250MS,PT0.25S",
    "2s,PT2S",
    "5m,PT5M",
    "1h,PT1H",
    "2d,PT48H",
    "36500d,PT876000H",
    "PT2S,PT2S",
    "pt2.5s,PT2.5S",
    "P1D,PT24H"
  })
  void aDurationIsReadInEitherForm(String text, Duration duration) {
    assertThat(WAIT.parse(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "0s",
        "-5ms",
        "PT0S",
        "-PT5S",
        "PT-5S",
        "5 s",
        "1.5s",
        "1w",
        "P",
        "36501d",
        "10000000h",
        "PT2562047788015215H",
        "99999999999999999999d",
        "9223372036854775807d"
      })
  void anyOtherDurationIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> WAIT.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"drop_oldest", "DROP_OLDEST", "drop-oldest", " Drop-Oldest "})
  void aChoiceIsReadInAnyCaseAndWithDashes(String text) {
    assertThat(Setting.choice("zeal.fake.full", WhenFull.class).parse(text))
        .isEqualTo(WhenFull.DROP_OLDEST);
  }

  @Test
  void aChoiceListsWhatThereIs() {
    Setting<WhenFull> choice = Setting.choice("zeal.fake.full", WhenFull.class);

    assertThat(choice.form()).isEqualTo("one of [drop-oldest, drop-newest, block]");
    assertThatIllegalArgumentException().isThrownBy(() -> choice.parse("drop"));
  }

  @Test
  void withoutADefaultThereIsNone() {
    assertThat(PORT.defaultValue()).isEmpty();
    assertThat(PORT.isSecret()).isFalse();
  }

  @Test
  void aDefaultAndASecretAreNewSettings() {
    Setting<Long> secret = PORT.withDefault(6379L).asSecret();

    assertThat(secret.defaultValue()).contains(6379L);
    assertThat(secret.isSecret()).isTrue();
    assertThat(secret.parse("7")).isEqualTo(7);
    assertThat(PORT.defaultValue()).isEmpty();
    assertThat(PORT.isSecret()).isFalse();
  }

  @Test
  void aSecretStaysOneWithADefault() {
    assertThat(PORT.asSecret().withDefault(1L).isSecret()).isTrue();
  }

  @Test
  void aNullDefaultIsRefused() {
    assertThatNullPointerException().isThrownBy(() -> PORT.withDefault(null)).withMessage("value");
  }

  @Test
  void asTextItIsItsKeyAlone() {
    assertThat(Setting.text("zeal.fake.password").withDefault("hunter2").asSecret())
        .hasToString("zeal.fake.password");
  }
}
