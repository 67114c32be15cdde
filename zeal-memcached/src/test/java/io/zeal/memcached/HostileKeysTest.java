package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that a server would not take, or that look like what it is given in their place. */
class HostileKeysTest {

  private static final StoreOptions LONG_KEYS = StoreOptions.defaults().withKeyLimit(1024);

  private OwnServers servers;

  @BeforeEach
  void start() {
    servers = OwnServers.start(1);
  }

  @AfterEach
  void close() {
    servers.close();
  }

  private Store<Player> open(String... settings) {
    return servers.open(settings).store("players", Player.SCHEMA, LONG_KEYS);
  }

  private List<String> keys() {
    List<String> keys = new ArrayList<>();
    IntStream.rangeClosed(200, 260).forEach(length -> keys.add("x".repeat(length)));
    IntStream.of(500, 1000, 1023, 1024).forEach(length -> keys.add("x".repeat(length)));
    keys.addAll(
        List.of(" ", "  ", " a", "a ", "a b", "a\tb", "a\r\nb", "a\r\n", "\r\nflush_all\r\n"));
    IntStream.range(0, 0x20).forEach(c -> keys.add("control" + (char) c));
    keys.addAll(List.of("\0", "\u007f", "a\u007f", "\u0080", "\u00a0", "\u2028", "\ufeff"));
    IntStream.rangeClosed(0, 16)
        .forEach(plane -> keys.add(Character.toString((plane << 16) + 0x41)));
    keys.addAll(List.of("ä", "a\u0308", "Ä", "É", "e\u0301", "ﬁ", "fi", "İ", "i"));
    keys.addAll(List.of("=", "#", "==", "=a", "a", "#a", ":", "zeal:e:=players", "e", "%", "*"));
    Keys names = new Keys("zeal");
    for (String key : List.of("ä", "a b", "x".repeat(300))) {
      String hash = Keys.named("", key);
      assertThat(hash).startsWith("#");
      keys.addAll(List.of(hash, hash.substring(1), "=" + hash, names.rows(hash)));
    }
    return keys;
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void eachKeyHasItsOwnRow(String protocol) {
    Store<Player> store = open("zeal.memcached.protocol", protocol);
    List<String> keys = keys();
    Map<String, Player> rows = new LinkedHashMap<>();
    keys.forEach(key -> rows.put(key, Player.of(rows.size())));
    assertThat(rows).as("different keys").hasSameSizeAs(keys);
    rows.forEach((key, row) -> assertThat(store.putIfAbsent(key, row)).as(key).isTrue());
    rows.forEach((key, row) -> assertThat(store.get(key)).as(key).contains(row));
    assertThat(store.getAll(keys).orThrow()).isEqualTo(rows);
    for (String key : keys) {
      assertThat(store.remove(key)).as(key).isTrue();
      rows.remove(key);
      assertThat(store.contains(key)).as(key).isFalse();
    }
    assertThat(store.getAll(keys).orThrow()).isEmpty();
  }

  @Test
  void aLongPrefixLeavesNoLessRoom() {
    Store<Player> store = open("zeal.memcached.prefix", "p".repeat(64));
    Map<String, Player> rows = new LinkedHashMap<>();
    IntStream.rangeClosed(1, 300)
        .forEach(length -> rows.put("x".repeat(length), Player.of(length)));
    store.putAll(rows).orThrow();
    assertThat(store.getAll(rows.keySet()).orThrow()).isEqualTo(rows);
  }

  @Test
  void twoKeysWithOneHashNeverHaveEachOthersRow() {
    Store<Player> store = open();
    RawItems items = servers.items(0);
    String one = "a b";
    String other = "a\tb";
    store.put(one, Player.of(1));
    items.set(items.row("players", other), items.value(items.row("players", one)));
    assertThat(store.get(other)).isEmpty();
    assertThat(store.contains(other)).isFalse();
    assertThat(store.getAll(List.of(one, other)).orThrow()).containsOnlyKeys(one);
    assertThat(store.remove(other)).isFalse();
    assertThat(store.increment(other, "score", 5)).isEqualTo(5);
    assertThat(store.get(one)).contains(Player.of(1));
  }

  @Test
  void storesAndCountersAreCalledAnythingToo() {
    Zeal zeal = servers.open();
    List<String> names =
        keys().stream()
            .filter(name -> name.getBytes(StandardCharsets.UTF_8).length <= 63)
            .filter(name -> !name.startsWith("zeal:"))
            .toList();
    for (int i = 0; i < names.size(); i++) {
      zeal.store(names.get(i), Player.SCHEMA).put("a", Player.of(i));
      zeal.counter(names.get(i)).set(i);
    }
    for (int i = 0; i < names.size(); i++) {
      assertThat(zeal.store(names.get(i), Player.SCHEMA).get("a")).contains(Player.of(i));
      assertThat(zeal.counter(names.get(i)).get()).isEqualTo(i);
    }
    zeal.store(names.getFirst(), Player.SCHEMA).clear();
    for (int i = 1; i < names.size(); i++) {
      assertThat(zeal.store(names.get(i), Player.SCHEMA).get("a")).contains(Player.of(i));
    }
  }
}
