package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RingTest {

  private static final List<Address> THREE =
      List.of(
          new Address("cache1", 11211),
          new Address("cache2", 11211),
          new Address("10.0.0.3", 11222));

  private static final List<String> KEYS =
      IntStream.range(0, 20_000).mapToObj(i -> "store\nkey" + i).toList();

  /** Owners as another program reckons them by the rules of libmemcached. */
  @ParameterizedTest
  @CsvSource({"a, 2", "b, 0", "c, 1", "user:1, 2", "user:2, 2", "zeal, 2", "ключ, 0", "k7, 0"})
  void ownersAreThoseOfLibmemcached(String key, int owner) {
    assertThat(new Ring(THREE).owner(key)).isEqualTo(owner);
  }

  @Test
  void theOrderOfTheSettingDoesNotMatter() {
    Ring ring = new Ring(THREE);
    Ring reversed = new Ring(THREE.reversed());
    assertThat(KEYS)
        .allSatisfy(key -> assertThat(reversed.owner(key)).isEqualTo(2 - ring.owner(key)));
  }

  @Test
  void aServerThatJoinsTakesItsShareAndMovesNothingElse() {
    List<Address> more = new ArrayList<>(THREE);
    more.add(new Address("cache4", 11211));
    Ring before = new Ring(THREE);
    Ring after = new Ring(more);
    List<String> moved =
        KEYS.stream().filter(key -> after.owner(key) != before.owner(key)).toList();
    assertThat(moved).allSatisfy(key -> assertThat(after.owner(key)).isEqualTo(3));
    assertThat(moved.size()).isBetween(KEYS.size() / 8, KEYS.size() / 2);
  }

  @Test
  void everyServerHasAShare() {
    Ring ring = new Ring(THREE);
    for (int server = 0; server < 3; server++) {
      int owner = server;
      assertThat(KEYS.stream().filter(key -> ring.owner(key) == owner).count())
          .isBetween(KEYS.size() / 6L, KEYS.size() / 2L);
    }
  }
}
