package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Store;
import io.zeal.Zeal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody else's bytes under the names of rows and epochs, and Zeal's own in the wrong place. */
class ForeignItemsTest {

  private static final Player ROW = Player.of(7);

  private OwnServers servers;
  private Zeal zeal;
  private Store<Player> store;
  private RawItems items;

  @BeforeEach
  void open() {
    servers = OwnServers.start(1);
    zeal = servers.open();
    store = zeal.store("players", Player.SCHEMA);
    items = servers.items(0);
  }

  @AfterEach
  void close() {
    servers.close();
  }

  /** The bytes of a row of this store. */
  private byte[] bytes(String key) {
    store.put(key, ROW);
    return items.value(items.row("players", key));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A store that finds this in the place of a row takes it for none, and counts it. */
  private void assertNoRow(String key, byte[] foreign) {
    String name = items.row("players", key);
    items.set(name, foreign);
    long before = OwnServers.figure(zeal, "itemsNotOurs");
    assertThat(store.get(key)).isEmpty();
    assertThat(store.remove(key)).isFalse();
    assertThat(store.replace(key, ROW, Player.of(8))).isFalse();
    assertThat(store.putIfAbsent(key, Player.of(9))).isTrue();
    assertThat(store.get(key)).contains(Player.of(9));
    assertThat(OwnServers.figure(zeal, "itemsNotOurs")).isEqualTo(before + 4);
  }

  /** As the above, for many. */
  private void assertNoRows(List<byte[]> foreign) {
    Epoch epoch = items.epoch("players");
    Map<String, byte[]> byKey = new HashMap<>();
    for (int i = 0; i < foreign.size(); i++) {
      byKey.put("k" + i, foreign.get(i));
      items.set(Keys.named(epoch.rows(), "k" + i), foreign.get(i));
    }
    long before = OwnServers.figure(zeal, "itemsNotOurs");
    assertThat(store.getAll(byKey.keySet()).orThrow()).isEmpty();
    assertThat(OwnServers.figure(zeal, "itemsNotOurs")).isEqualTo(before + foreign.size());
    for (String key : byKey.keySet()) {
      assertThat(store.putIfAbsent(key, ROW)).isTrue();
    }
    assertThat(store.getAll(byKey.keySet()).orThrow()).containsOnlyKeys(byKey.keySet());
  }

  @Test
  void garbageIsNoRow() {
    assertNoRow("a", ascii("garbage"));
    assertNoRow("a", ascii("<html><body>It works!</body></html> and much more than a row has"));
    assertNoRow("a", new byte[200]);
  }

  @Test
  void anEmptyValueIsNoRow() {
    assertNoRow("a", new byte[0]);
  }

  @Test
  void aJavaObjectIsNoRow() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new ArrayList<>(List.of("Zeal", 1, 2L)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertNoRow("a", bytes.toByteArray());
  }

  @Test
  void aRowThatIsCutOffAnywhereIsNoRow() {
    byte[] row = bytes("a");
    assertNoRows(
        IntStream.range(0, row.length).mapToObj(length -> Arrays.copyOf(row, length)).toList());
  }

  @Test
  void aRowWithSomethingBehindItIsNoRow() {
    byte[] row = bytes("a");
    assertNoRow("a", Arrays.copyOf(row, row.length + 1));
  }

  @Test
  void aRowWithAnyBitFlippedIsNoRow() {
    byte[] row = bytes("k0");
    List<byte[]> flipped = new ArrayList<>();
    for (int bit = 0; bit < row.length * Byte.SIZE; bit++) {
      flipped.add(flipped(row, bit));
    }
    assertNoRows(flipped);
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] other = bytes.clone();
    other[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
    return other;
  }

  @Test
  void theRowOfAnotherKeyIsNoRow() {
    assertNoRow("b", bytes("a"));
    assertNoRow("not ASCII: ä", bytes("not ASCII: ö"));
    assertNoRow("b", bytes("not ASCII: ö"));
    assertNoRow("not ASCII: ä", bytes("a"));
  }

  @Test
  void theRowOfAnotherStoreIsNoRow() {
    zeal.store("others", Player.SCHEMA).put("a", ROW);
    assertNoRow("a", items.value(items.row("others", "a")));
  }

  @Test
  void aRowFromBeforeAClearIsNoRow() {
    byte[] before = bytes("a");
    store.clear();
    store.put("z", ROW);
    assertNoRow("a", before);
  }

  @Test
  void otherItemsOfZealAreNoRows() {
    zeal.counter("hits").set(5);
    assertNoRow("a", items.value(items.keys().counter("hits")));
    assertNoRow("a", items.value(items.keys().epoch("players")));
    assertNoRow("a", items.value(items.keys().schema("players")));
  }

  @Test
  void aStoreGoesOnAfterAnEpochThatIsGarbage() {
    String epoch = items.keys().epoch("players");
    for (byte[] garbage :
        List.of(ascii("garbage"), new byte[0], new byte[23], new byte[27], bytes("a"))) {
      store.put("a", ROW);
      items.set(epoch, garbage);
      assertThat(store.get("a")).isEmpty();
      assertThat(store.putIfAbsent("a", Player.of(8))).isTrue();
      assertThat(store.get("a")).contains(Player.of(8));
      items.set(epoch, garbage);
      store.put("b", ROW);
      assertThat(store.getAll(List.of("a", "b")).orThrow()).containsOnlyKeys("b");
    }
    assertThat(OwnServers.figure(zeal, "itemsNotOurs")).isPositive();
  }

  @Test
  void aStoreGoesOnAfterAnEpochWithAnyBitFlipped() {
    String name = items.keys().epoch("players");
    for (int bit = 0; bit < items.value(name).length * Byte.SIZE; bit++) {
      items.set(name, flipped(items.value(name), bit)); // that which the store knows
      assertThat(store.get("a")).as("a row of an epoch with bit %s flipped", bit).isEmpty();
      assertThat(store.increment("a", "score", 1)).isEqualTo(1);
      assertThat(store.getLong("a", "score")).hasValue(1);
    }
  }

  @Test
  void aStoreOpensOverAnEpochThatIsGarbage() {
    items.set(items.keys().epoch("late"), ascii("garbage"));
    items.set(items.keys().schema("late"), ascii("garbage"));
    Store<Player> late = zeal.store("late", Player.SCHEMA);
    late.put("a", ROW);
    assertThat(late.get("a")).contains(ROW);
  }
}
