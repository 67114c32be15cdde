package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of the cluster specification, and what CLUSTER KEYSLOT answers. */
class SlotsTest {

  @ParameterizedTest
  @CsvSource({"123456789,12739", "foo,12182", "'',0", "{}foo,9500"})
  void aKeyIsInTheSlotOfItsChecksum(String key, int slot) {
    assertThat(Slots.of(Names.bytes(key))).isEqualTo(slot);
  }

  @ParameterizedTest
  @CsvSource({
    "{user1000}.following,user1000",
    "foo{bar}{zap},bar",
    "foo{{bar}}zap,{bar",
    "zeal:s:{players:0}:g,players:0"
  })
  void aHashTagStandsForTheKey(String key, String tag) {
    assertThat(Slots.of(Names.bytes(key))).isEqualTo(Slots.of(Names.bytes(tag)));
  }

  @ParameterizedTest
  @CsvSource({"foo{}{bar},foo{}{bar}"})
  void anEmptyTagIsNone(String key, String same) {
    assertThat(Slots.of(Names.bytes(key)))
        .isEqualTo(Slots.of(Names.bytes(same)))
        .isNotEqualTo(Slots.of(Names.bytes("bar")));
  }
}
