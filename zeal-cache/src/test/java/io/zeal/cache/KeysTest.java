package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "user:42", "k", "c", "\0", "\ud83d\ude00", "\uffff"})
  void aShortKeyIsItsRow(String key) {
    assertThat(Keys.of("users", key)).isEqualTo(new RowKey("k" + key, null));
  }

  @Test
  void aKeyOfSixtyTwoBytesIsItsRowAndALongerOneIsHashed() {
    String fits = "é".repeat(31);

    assertThat(Keys.of("users", fits).text()).isEqualTo("k" + fits);
    assertThat(Keys.of("users", fits + "x").text()).startsWith("h").hasSize(44);
    assertThat(Keys.of("users", fits + "x").original()).isEqualTo(fits + "x");
  }

  @Test
  void noRowIsLongerThanAStoresKeyMayBe() {
    for (int length = 1; length < 100_000; length = length * 3 / 2 + 1) {
      assertThat(Keys.of("users", "\ud83d\ude00".repeat(length)).text())
          .satisfies(row ->
              assertThat(row.getBytes(StandardCharsets.UTF_8))
                  .hasSizeLessThanOrEqualTo(Keys.LONGEST));
    }
    assertThat(Keys.of(TagHash.of("x".repeat(1000)))).hasSize(23);
  }

  @Test
  void rowsOfEntriesStampsAndTheControlNeverMeet() {
    String hashed = Keys.of("users", "x".repeat(100)).text();

    assertThat(
            List.of(
                Keys.CONTROL,
                Keys.of(TagHash.of("c")),
                Keys.of("users", "c").text(),
                Keys.of("users", Keys.of(TagHash.of("c"))).text(),
                hashed,
                Keys.of("users", hashed).text()))
        .doesNotHaveDuplicates()
        .filteredOn(Keys::isEntry)
        .hasSize(4);
  }

  /** What is stored on servers and disks: another row would lose every entry. */
  @Test
  void hashesAreTheSameInEveryRelease() {
    assertThat(Keys.of("users", "x".repeat(100)).text())
        .isEqualTo("hCey268i878cz9vLsRPeRq-7WqZ7fDMMVGWN4mK69Utg");
    assertThat(Keys.of(TagHash.of("team:7"))).isEqualTo("tAvIh35ppQ9t8qSZUZylhkQ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d", "\ude00", "a\ud83d", "\ude00\ud83d", "\ud83d\ud83d\ude00"})
  void aKeyThatIsNotWellFormedIsRefused(String key) {
    refused(key, "Cache 'users': key '", "is not well-formed Unicode (a lone surrogate)");
    refused(key + "x".repeat(100), "is not well-formed");
  }

  @Test
  void anEmptyKeyIsRefused() {
    refused("", "Cache 'users': key '' is empty", "at least one character");
  }

  @Test
  void nullIsANullPointerThatSaysSo() {
    assertThatNullPointerException().isThrownBy(() -> Keys.of("users", null)).withMessage("key");
  }

  @Test
  void anEntryOfAHashedRowIsThatOfItsOriginalAlone() {
    RowKey one = Keys.of("users", "x".repeat(100));
    RowKey other = new RowKey(one.text(), "y".repeat(100));

    assertThat(entry(one.original()).isOf(one)).isTrue();
    assertThat(entry(one.original()).isOf(other)).isFalse();
    assertThat(entry(null).isOf(one)).isFalse();
    assertThat(entry(null).isOf(Keys.of("users", "short"))).isTrue();
  }

  private static Entry entry(@Nullable String original) {
    return new Entry(Entry.Kind.NULL, false, 0, 0, 0, 0, 0, List.of(), original, Entry.NOTHING);
  }

  private static void refused(String key, String... parts) {
    assertThatExceptionOfType(InvalidArgumentException.class)
        .isThrownBy(() -> Keys.of("users", key))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_KEY.id()))
        .withMessageContainingAll(parts);
  }
}
