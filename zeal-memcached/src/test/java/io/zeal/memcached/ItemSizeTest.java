package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.CapacityException;
import io.zeal.MaxBytes;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.verification.servers.MemcachedOptions;
import io.zeal.verification.servers.MemcachedServer;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The largest row that a server takes. */
class ItemSizeTest {

  private static final int MEBI = 1024 * 1024;

  /** All of the item's value but the bytes in the row's two columns. */
  private static final int AROUND = 28 + 2 * Integer.BYTES;

  private OwnServers servers;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Blob(@MaxBytes(MEBI) byte[] some, @MaxBytes(MEBI) byte[] more) {

    static final Schema<Blob> SCHEMA = Schema.of(Blob.class, MethodHandles.lookup());

    static Blob of(int length) {
      return new Blob(new byte[Math.min(length, MEBI)], new byte[Math.max(0, length - MEBI)]);
    }

    int length() {
      return some.length + more.length;
    }
  }

  @AfterEach
  void close() {
    servers.close();
  }

  private static MemcachedOptions limit(String size) {
    return MemcachedOptions.defaults().withMaxItem(size);
  }

  private static int stored(Store<Blob> store, String key) {
    return store.get(key).orElseThrow().length();
  }

  /** The longest value that the server stores under a name, found by trying. */
  private static int longest(RawItems items, String name, int itemBytes) {
    int stored = 0;
    int refused = itemBytes + 1;
    while (stored + 1 < refused) {
      int middle = (stored + refused) >>> 1;
      if (items.trySet(name, new byte[middle]) == Answer.DONE) {
        stored = middle;
      } else {
        refused = middle;
      }
    }
    return stored;
  }

  @ParameterizedTest
  @CsvSource({
    "1m, 1048576, text",
    "1m, 1048576, binary",
    "2m, 2097152, text",
    "2m, 2097152, binary"
  })
  void aRowAsLargeAsTheServerTakesIsStoredAndOneByteMoreIsRefused(
      String size, int itemBytes, String protocol) {
    servers = OwnServers.start(1, limit(size));
    Store<Blob> store =
        servers.open("zeal.memcached.protocol", protocol).store("blobs", Blob.SCHEMA);
    RawItems items = servers.items(0);
    for (String key : new String[] {"a", "a much longer key: ä, hashed", "k".repeat(63)}) {
      String name = items.row("blobs", key);
      int inside = Keys.isLiteral("", key) ? 0 : Short.BYTES + 29;
      int most = longest(items, name, itemBytes) - AROUND - inside;
      store.put(key, Blob.of(most));
      assertThat(stored(store, key)).isEqualTo(most);
      assertThatThrownBy(() -> store.put(key, Blob.of(most + 1)))
          .isInstanceOfSatisfying(
              CapacityException.class,
              e -> {
                assertThat(e.code()).isEqualTo("ZEAL-302");
                assertThat(e.outcome()).isEmpty();
                assertThat(e)
                    .hasMessageContaining(String.valueOf(most + 1 + AROUND + inside))
                    .hasMessageContaining(String.valueOf(most + AROUND + inside))
                    .hasMessageContaining(String.valueOf(itemBytes));
              });
      assertThat(stored(store, key)).as("what was there before").isEqualTo(most);
    }
  }

  @Test
  void inAPutOfManyTheLargeOneFailsAlone() {
    servers = OwnServers.start(1);
    Store<Blob> store = servers.open().store("blobs", Blob.SCHEMA);
    store.put("b", Blob.of(3));
    var result = store.putAll(Map.of("a", Blob.of(1), "b", Blob.of(MEBI), "c", Blob.of(2)));
    assertThat(result.values()).containsOnlyKeys("a", "c");
    assertThat(result.failures()).containsOnlyKeys("b");
    assertThat(result.failures().get("b")).isInstanceOf(CapacityException.class);
    assertThat(stored(store, "a")).isEqualTo(1);
    assertThat(stored(store, "b")).isEqualTo(3);
    assertThat(stored(store, "c")).isEqualTo(2);
  }

  /** A server that does not take a value removes what was there before: it must not be asked. */
  @Test
  void theLimitOfAServerThatCameBackWithASmallerOneCounts() {
    servers = OwnServers.start(1, limit("2m"));
    Zeal zeal = servers.open();
    Store<Blob> store = zeal.store("blobs", Blob.SCHEMA);
    store.put("a", Blob.of(MEBI + 1));
    int port = servers.get(0).port();
    servers.get(0).kill();
    try (var smaller = MemcachedServer.start(limit("1m").withPort(port))) {
      Await.until("the return", () -> OwnServers.figure(zeal, "connectionsOpened") == 2);
      store.put("a", Blob.of(1));
      assertThatThrownBy(() -> store.put("a", Blob.of(MEBI + 1)))
          .isInstanceOf(CapacityException.class)
          .hasMessageContaining("item_size_max=1048576");
      assertThat(stored(store, "a")).isEqualTo(1);
      assertThat(smaller.isRunning()).isTrue();
    }
  }

  @Test
  void theLimitOfAServerThatWasAwayAtTheBeginningCounts() {
    servers = OwnServers.start(2, limit("2m"));
    servers.get(1).kill();
    Zeal zeal = servers.open("zeal.memcached.timeout", "1s");
    Store<Blob> store = zeal.store("blobs", Blob.SCHEMA);
    String key = servers.keysOn(1, "blobs", 1).getFirst();
    servers.get(1).restart();
    Await.until("the return", () -> OwnServers.figure(zeal, "connectionsOpened") == 2);
    store.put(key, Blob.of(MEBI + 1));
    assertThat(stored(store, key)).isEqualTo(MEBI + 1);
  }
}
