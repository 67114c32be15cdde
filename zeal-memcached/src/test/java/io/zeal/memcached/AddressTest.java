package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

  @Test
  void hostsPortsAndBracketsAreRead() {
    assertThat(Address.parseAll("cache1, cache2:11212,[::1]:11213,[fe80::2]"))
        .containsExactly(
            new Address("cache1", 11211),
            new Address("cache2", 11212),
            new Address("::1", 11213),
            new Address("fe80::2", 11211));
  }

  @Test
  void anAddressIsWrittenAsItIsRead() {
    assertThat(new Address("::1", 11213)).hasToString("[::1]:11213");
    assertThat(new Address("cache1", 11211)).hasToString("cache1:11211");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a,,b", ":11211", "a:", "a:port", "a:0", "a:65536", "[::1", "[::1]x", "::1"})
  void whatIsNoAddressIsRefusedWithItsWords(String text) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> Address.parseAll(text))
        .withMessageContainingAll("zeal.memcached.servers", "ZEAL-104", "cache1:11211");
  }

  @Test
  void aServerThatIsNamedTwiceIsRefused() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> Address.parseAll("a:1,b:1,a:1"))
        .withMessageContaining("a:1 twice");
  }
}
