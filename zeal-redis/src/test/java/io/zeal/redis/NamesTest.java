package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {

  private static final List<String> AWKWARD =
      List.of("a", "a:0", "a}", "{a", "a%3A0", "a:0}:g", "%7Ba%7D", "{}", "a b", "ä€😀", ":", "%");

  private final Names names = new Names("zeal");

  @Test
  void noTwoNamesMeet() {
    Set<String> keys = new HashSet<>();
    for (String name : AWKWARD) {
      keys.add(text(names.store(name)));
      keys.add(text(names.counter(name)));
      keys.add(text(names.counterOptions(name)));
      for (int bucket = 0; bucket < 3; bucket++) {
        Bucket one = new Bucket(names.bucket(name, bucket), bucket);
        keys.add(text(one.countKey));
        keys.add(text(one.generationKey));
        keys.add(text(one.trashKey));
        Bucket.Generation generation = one.of(Names.bytes("0123"));
        keys.add(text(generation.members));
        keys.add(text(generation.expiries));
        for (String key : AWKWARD) {
          keys.add(text(generation.row(Names.bytes(key))));
        }
      }
    }

    assertThat(keys).hasSize(AWKWARD.size() * (3 + 3 * (5 + AWKWARD.size())));
  }

  @Test
  void allKeysOfABucketAreInOneSlot() {
    for (String name : AWKWARD) {
      Bucket bucket = new Bucket(names.bucket(name, 7), 7);
      Bucket.Generation generation = bucket.invent();
      int slot = Slots.of(bucket.generationKey);

      assertThat(Slots.of(bucket.trashKey)).isEqualTo(slot);
      assertThat(Slots.of(generation.members)).isEqualTo(slot);
      assertThat(Slots.of(generation.expiries)).isEqualTo(slot);
      assertThat(Slots.of(generation.row(Names.bytes("}{x}")))).isEqualTo(slot);
    }
  }

  @Test
  void keysAreWhatTheLayoutPageSays() {
    Bucket.Generation generation = new Bucket(names.bucket("players", 0), 0).of(Names.bytes("5f"));

    assertThat(text(names.store("players"))).isEqualTo("zeal:s:{players}");
    assertThat(text(generation.row(Names.bytes("user_1"))))
        .isEqualTo("zeal:s:{players:0}:5f:r:user_1");
    assertThat(text(names.counter("requests"))).isEqualTo("zeal:c:{requests}:v");
    assertThat(names.isOurs("zeal:s:{players}")).isTrue();
    assertThat(names.isOurs("zealous")).isFalse();
  }

  @Test
  void keysOfAStoresRowsAreNobodyElses() {
    for (String name : AWKWARD) {
      Bucket.Generation generation = new Bucket(names.bucket(name, 7), 7).invent();
      for (String store : AWKWARD) {
        boolean same = store.equals(name);
        assertThat(names.isOfRows(text(generation.members), store)).isEqualTo(same);
        assertThat(names.isOfRows(text(generation.row(Names.bytes("k"))), store)).isEqualTo(same);
        assertThat(names.isOfRows(text(names.store(name)), store)).isFalse();
        assertThat(names.isOfRows(text(names.counter(name)), store)).isFalse();
      }
    }
  }

  @Test
  void theBucketOfAKeyOnTheServerIsRead() {
    for (String name : AWKWARD) {
      Bucket bucket = new Bucket(names.bucket(name, 12), 12);
      Bucket.Generation generation = bucket.invent();
      for (byte[] key :
          List.of(bucket.countKey, generation.members, generation.row(Names.bytes("}:{x:3}:")))) {
        assertThat(names.bucketOf(text(key), name)).isEqualTo(12);
        assertThat(names.bucketOf(text(key), name + "other")).isEqualTo(-1);
      }
      assertThat(names.bucketOf(text(names.store(name)), name)).isEqualTo(-1);
    }
    for (String foreign : List.of("zeal:s:{a:}:n", "zeal:s:{a:x}:n", "zeal:s:{a:99999999999}:n")) {
      assertThat(names.bucketOf(foreign, "a")).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @CsvSource({"user_1,64,62", "a,64,7", "ä€😀,64,48", "user_1,1,0"})
  void theBucketOfAKeyNeverChanges(String key, int buckets, int position) {
    assertThat(RedisStore.position(Names.bytes(key), buckets)).isEqualTo(position);
  }

  @Test
  void keysSpreadOverAllBuckets() {
    int[] rows = new int[64];
    for (int i = 0; i < 64_000; i++) {
      rows[RedisStore.position(Names.bytes("user:" + i), 64)]++;
    }

    assertThat(java.util.Arrays.stream(rows)).allMatch(n -> n > 800 && n < 1_200);
  }

  private static String text(byte[] key) {
    return new String(key, StandardCharsets.UTF_8);
  }
}
