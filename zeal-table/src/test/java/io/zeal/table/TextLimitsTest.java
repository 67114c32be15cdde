package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.CapacityException;
import io.zeal.MaxBytes;
import io.zeal.Schema;
import io.zeal.StoreOptions;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Texts at the limit of their columns, put under a key that was read before, which has a way of its
 * own from the characters into the row.
 */
class TextLimitsTest extends TableFixture {

  record Pair(@MaxBytes(8) String first, @MaxBytes(8) String second, long number) {}

  private static final List<String> FITTING =
      List.of(
          "",
          "a",
          "1234567",
          "12345678",
          "é",
          "123456é",
          "12345é7",
          "éééé",
          "ÿÿÿÿ",
          "12345€",
          "€",
          "1234😀",
          "😀😀",
          "\0",
          "\0\0\0\0\0\0\0\0",
          "a\0b",
          "1234567\0",
          "\0é\0",
          "\u007f",
          "\u0080");

  private static final List<String> TOO_LONG =
      List.of(
          "123456789",
          "12345678\0",
          "1234567é",
          "12345678é",
          "123456€",
          "ééééé",
          "éééé1",
          "😀😀1",
          "12345😀",
          "€€€",
          "€€€€€€€€",
          "é".repeat(8),
          "x".repeat(1000),
          "é".repeat(1000));

  private final Rows<Pair> rows = pairs("pairs");

  private Rows<Pair> pairs(String name) {
    return rows(
        new StoreSpec<>(
            name,
            Schema.of(Pair.class, MethodHandles.lookup()),
            StoreOptions.defaults().withCapacity(10).withKeyLimit(8),
            null));
  }

  private static WriteResult put(Rows<Pair> rows, String key, Pair pair) {
    return rows.write(new Write.Put<>(key, pair, 0, new Condition.Always<>()));
  }

  private void heat(String key) {
    put(rows, key, new Pair("first", "second", -1));
    assertThat(rows.get(key)).isPresent();
    assertThat(rows.get(key)).isPresent();
  }

  @Test
  void everyTextThatFitsIsReadAsItWasPutBesideEveryOther() {
    heat("12345678");
    put(rows, "neighbor", new Pair("12345678", "abcdefgh", -1));
    long number = Long.MIN_VALUE;
    for (String first : FITTING) {
      for (String second : FITTING) {
        Pair pair = new Pair(first, second, number++);

        assertThat(put(rows, "12345678", pair)).isEqualTo(WriteResult.APPLIED);

        assertThat(rows.get("12345678")).contains(pair);
        assertThat(rows.text("12345678", 0)).contains(first);
        assertThat(rows.text("12345678", 1)).contains(second);
      }
    }
    assertThat(rows.get("neighbor")).contains(new Pair("12345678", "abcdefgh", -1));
    assertThat(rows.count()).isEqualTo(2);
  }

  @Test
  void textThatIsTooLongIsRefusedWithItsLengthAndTheRowStays() {
    heat("hot");
    Pair before = new Pair("first", "second", -1);
    for (String text : TOO_LONG) {
      int bytes = text.getBytes(StandardCharsets.UTF_8).length;
      for (Pair pair : List.of(new Pair(text, "", 1), new Pair("12345678", text, 1))) {
        for (String key : List.of("hot", "cold")) {
          assertThatThrownBy(() -> put(rows, key, pair))
              .as("%s under a %s key", text, key)
              .isInstanceOf(CapacityException.class)
              .hasMessageContaining(pair.first().equals(text) ? "'first'" : "'second'")
              .hasMessageContaining("holds 8 bytes; the value has " + bytes);
        }
        assertThat(rows.get("hot")).contains(before);
      }
    }
    assertThat(rows.count()).isEqualTo(1);
    assertThat(put(rows, "hot", new Pair("1234567", "é", 2))).isEqualTo(WriteResult.APPLIED);
    assertThat(rows.get("hot")).contains(new Pair("1234567", "é", 2));
  }

  /** What was there before in the intent is not taken for what was put. */
  @Test
  void shortTextAfterALongOneIsShort() {
    heat("hot");
    for (String text : List.of("12345678", "", "éééé", "é", "12345678", "1", "\0", "éa", "ab")) {
      put(rows, "hot", new Pair(text, text, 1));
      assertThat(rows.get("hot")).contains(new Pair(text, text, 1));
    }
  }

  record Long300(@MaxBytes(300) String text, @MaxBytes(70_000) String longest) {}

  @Test
  void longTextsHaveLengthsOfTwoAndFourBytes() {
    Rows<Long300> longs =
        rows(
            new StoreSpec<>(
                "longs",
                Schema.of(Long300.class, MethodHandles.lookup()),
                StoreOptions.defaults().withCapacity(4),
                null));
    for (int i = 0; i < 2; i++) { // the second time under a known key
      for (int length : List.of(0, 1, 254, 255, 256, 257, 299, 300)) {
        Long300 ascii = new Long300("x".repeat(length), "y".repeat(length * 233));
        var _ = longs.write(new Write.Put<>("a", ascii, 0, new Condition.Always<>()));
        assertThat(longs.get("a")).contains(ascii);
        Long300 wide = new Long300("é".repeat(length / 2), "€".repeat(length * 70_000 / 900));
        var _ = longs.write(new Write.Put<>("a", wide, 0, new Condition.Always<>()));
        assertThat(longs.get("a")).contains(wide);
      }
    }
    Long300 tooLong = new Long300("", "y".repeat(69_999) + "é");
    assertThatThrownBy(
            () -> longs.write(new Write.Put<>("a", tooLong, 0, new Condition.Always<>())))
        .isInstanceOf(CapacityException.class)
        .hasMessageContaining("holds 70000 bytes; the value has 70001");
  }
}
