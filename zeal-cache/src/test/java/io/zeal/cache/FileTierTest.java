package io.zeal.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.cache.FileTierException.Reason;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a file tier does while nothing goes wrong. */
class FileTierTest {

  private final FileTierFixture fixture = new FileTierFixture();
  private final MemoryFiles files = new MemoryFiles();
  private FileTier tier = fixture.open(files);

  @Test
  void whatWasPutIsThere() {
    long sequence = put("key", "value", 0);

    var stored = tier.get("key").orElseThrow();
    assertThat(stored.bytes()).isEqualTo("value".getBytes(UTF_8));
    assertThat(stored.sequence()).isEqualTo(sequence);
    assertThat(stored.expireAtMillis()).isZero();
    assertThat(tier.count()).isEqualTo(1);
  }

  @Test
  void whatWasNotPutIsNotThere() {
    assertThat(tier.get("key")).isEmpty();
    assertThat(tier.remove("key")).isFalse();
  }

  @Test
  void emptyKeyAndEmptyValueAreAKeyAndAValue() {
    put("", "", 0);

    assertThat(get("")).contains("");
  }

  @Test
  void laterValueReplacesAnEarlierOne() {
    long first = put("key", "first", 0);
    long second = put("key", "second", 0);

    assertThat(get("key")).contains("second");
    assertThat(tier.isCurrent("key", first)).isFalse();
    assertThat(tier.isCurrent("key", second)).isTrue();
    assertThat(tier.count()).isEqualTo(1);
  }

  @Test
  void removedValueIsGone() {
    put("key", "value", 0);

    assertThat(tier.remove("key")).isTrue();
    assertThat(tier.get("key")).isEmpty();
    assertThat(tier.count()).isZero();
  }

  @Test
  void valueIsThereInItsLastMillisecondAndNotAfter() {
    put("key", "value", fixture.clock.millis());

    assertThat(get("key")).contains("value");
    fixture.clock.move(1);
    assertThat(get("key")).isEmpty();
    assertThat(tier.remove("key")).isFalse();
  }

  @Test
  void sweepForgetsWhatExpired() {
    put("short", "value", fixture.clock.millis() + 10);
    put("long", "value", 0);
    fixture.clock.move(11);

    assertThat(tier.sweep()).isEqualTo(1);
    assertThat(tier.keys()).containsExactly("long");
  }

  @Test
  void sweepForgetsWhatNobodyWants() {
    put("old", "1", 0);
    put("new", "2", 0);

    assertThat(tier.sweep(stored -> stored.bytes()[0] == '1')).isEqualTo(1);
    assertThat(tier.keys()).containsExactly("new");
  }

  @Test
  void everythingIsThereAfterOpeningAnew() {
    put("kept", "value", fixture.clock.millis() + 10);
    put("replaced", "first", 0);
    long sequence = put("replaced", "second", 0);
    put("removed", "value", 0);
    tier.remove("removed");
    put("expired", "value", fixture.clock.millis());
    tier.mark("epoch", 7, 8);
    tier.mark("gone", 1, 1);
    tier.unmark("gone");
    fixture.clock.move(1);
    tier.close();

    tier = fixture.open(files.afterKill());

    assertThat(tier.keys()).containsExactlyInAnyOrder("kept", "replaced");
    assertThat(get("kept")).contains("value");
    assertThat(tier.get("kept").orElseThrow().expireAtMillis()).isEqualTo(1_000_010);
    assertThat(tier.get("replaced").orElseThrow().sequence()).isEqualTo(sequence);
    assertThat(tier.marks()).containsOnly(java.util.Map.entry("epoch", new FileTier.Mark(7, 8)));
    assertThat(put("next", "value", 0)).isGreaterThan(sequence);
    assertThat(tier.note()).isEmpty();
  }

  @Test
  void expiredValueEndsTheOneBeforeAlsoAfterOpeningAnew() {
    put("key", "old", 0);
    put("key", "new", fixture.clock.millis());
    fixture.clock.move(1);
    tier.sweep();

    assertThat(fixture.open(files.afterKill()).get("key")).isEmpty();
  }

  @Test
  void removedValueStaysGoneWhenTheClockIsSetBack() {
    put("key", "value", fixture.clock.millis() + 10);
    fixture.clock.move(11);
    tier.sweep();
    tier.remove("key");
    fixture.clock.move(-11);

    assertThat(fixture.open(files.afterKill()).get("key")).isEmpty();
  }

  @Test
  void clearEndsEverythingAlsoAfterOpeningAnew() {
    put("key", "value", 0);
    tier.mark("mark", 1, 2);
    tier.clear();
    put("after", "value", 0);

    assertThat(tier.keys()).containsExactly("after");
    assertThat(tier.marks()).isEmpty();
    tier = fixture.open(files.afterKill());
    assertThat(tier.keys()).containsExactly("after");
    assertThat(tier.marks()).isEmpty();
  }

  @Test
  void clearGivesTheSpaceBack() {
    for (int i = 0; i < 100; i++) {
      put("key" + i, "some value", 0);
    }
    tier.clear();

    assertThat(files.segments()).hasSize(1);
    assertThat(tier.bytes()).isLessThan(FileTierFixture.SEGMENT_BYTES);
  }

  @Test
  void valueLargerThanASegmentHasOneForItself() {
    var large = "x".repeat(3 * FileTierFixture.SEGMENT_BYTES);
    put("before", "value", 0);
    put("large", large, 0);
    put("after", "value", 0);

    assertThat(get("large")).contains(large);
    tier = fixture.open(files.afterKill());
    assertThat(get("before")).contains("value");
    assertThat(get("large")).contains(large);
    assertThat(get("after")).contains("value");
  }

  @Test
  void valueThatWouldTakeAQuarterOfTheTierIsRefused() {
    put("key", "value", 0);
    var huge = new byte[(int) fixture.maxBytes / 4];

    assertThatThrownBy(() -> tier.put("key", huge, 0))
        .isInstanceOf(FileTierException.class)
        .hasMessageContaining("keeps records up to")
        .satisfies(e -> assertThat(((FileTierException) e).reason()).isEqualTo(Reason.TOO_LARGE));
    assertThat(get("key")).contains("value");
  }

  @Test
  void marksHaveABound() {
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                tier.mark("mark" + i, i, i);
              }
            })
        .isInstanceOf(FileTierException.class)
        .hasMessageContaining("No room for one more mark");
    tier.mark("mark0", 5, 5);
    assertThat(tier.marks()).containsEntry("mark0", new FileTier.Mark(5, 5));
  }

  @Test
  void keysThatAreNotWellFormedAreRefused() {
    assertThatThrownBy(() -> tier.put("\ud800", new byte[0], 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void closedTierSaysSo() {
    put("key", "value", 0);
    tier.close();
    tier.close();

    assertThatThrownBy(() -> tier.get("key")).hasMessage("The file tier was closed");
    assertThatThrownBy(() -> put("key", "value", 0)).hasMessage("The file tier was closed");
    assertThatThrownBy(() -> tier.remove("key")).hasMessage("The file tier was closed");
  }

  private long put(String key, String value, long expireAtMillis) {
    return tier.put(key, value.getBytes(UTF_8), expireAtMillis);
  }

  private Optional<String> get(String key) {
    return tier.get(key).map(stored -> new String(stored.bytes(), UTF_8));
  }
}
