package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LocalNumbersTest {

  private final LocalNumbers numbers = new LocalNumbers();

  private Entry entry(TagHash... tags) {
    Ticket ticket = numbers.ticket();
    return new Draft(2, false, Entry.NOTHING, 0, 0, List.of(tags))
        .toEntry(new RowKey("kx", null), ticket, 0);
  }

  private void removeTag(TagHash tag) {
    numbers.stamp(tag, numbers.next());
  }

  @Test
  void aTagInvalidatesWhatHadItBefore() {
    TagHash red = TagHash.of("red");
    TagHash blue = TagHash.of("blue");
    Entry both = entry(red, blue);
    Entry plain = entry();
    Entry other = entry(blue);
    removeTag(red);
    assertThat(numbers.isValid(both)).isFalse();
    assertThat(numbers.isValid(plain)).isTrue();
    assertThat(numbers.isValid(other)).isTrue();
    assertThat(numbers.isValid(entry(red))).as("one of after").isTrue();
  }

  @Test
  void anotherEpochInvalidatesEverything() {
    Entry plain = entry();
    numbers.epoch(LocalNumbers.randomEpoch());
    assertThat(numbers.isValid(plain)).isFalse();
    assertThat(numbers.isValid(entry())).isTrue();
  }

  @Test
  void stampsThatAreTooManyAreDroppedAndNothingComesBack() {
    TagHash red = TagHash.of("red");
    TagHash quiet = TagHash.of("quiet");
    Entry removed = entry(red);
    Entry bystander = entry(quiet);
    Entry plain = entry();
    removeTag(red);
    for (int i = 0; i < 100_001; i++) {
      removeTag(new TagHash(i, i));
    }
    assertThat(numbers.isValid(removed)).as("an entry whose tag's stamp was dropped").isFalse();
    assertThat(numbers.isValid(bystander)).as("a tagged entry of before: the safe side").isFalse();
    assertThat(numbers.isValid(plain)).as("an entry without tags").isTrue();
    Entry later = entry(red, quiet);
    assertThat(numbers.isValid(later)).as("a tagged entry of after").isTrue();
    removeTag(red);
    assertThat(numbers.isValid(later)).as("after its tag was removed").isFalse();
  }
}
