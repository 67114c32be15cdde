package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.ConfigurationException;
import io.zeal.Counter;
import io.zeal.Store;
import io.zeal.Zeal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No call alone is too much for the least {@code zeal.memcached.max-waiting} there may be. */
class MaxWaitingTest {

  private static final int MANY = 5_000;

  private OwnServers servers;

  @BeforeEach
  void start() {
    servers = OwnServers.start(1);
  }

  @AfterEach
  void close() {
    servers.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void callsOfManyKeysGoInPortions(String protocol) {
    Zeal zeal =
        servers.open(
            "zeal.memcached.protocol",
            protocol,
            "zeal.memcached.max-waiting",
            "2048",
            "zeal.memcached.timeout",
            "30s");
    Store<Player> store = zeal.store("players", Player.SCHEMA);
    Map<String, Player> rows = new LinkedHashMap<>();
    Map<Counter, Long> deltas = new LinkedHashMap<>();
    for (int i = 0; i < MANY; i++) {
      rows.put("key-" + i, Player.of(i));
      deltas.put(zeal.counter("counter-" + i), 1L + i);
    }
    assertThat(store.putAll(rows).failures()).isEmpty();
    assertThat(store.removeAll(rows.keySet()).failures()).isEmpty();
    assertThat(zeal.addAll(deltas).failures()).isEmpty();
    assertThat(zeal.addAll(deltas).values()).hasSize(MANY).containsEntry("counter-7", 16L);
  }

  @Test
  void lessIsRefused() {
    assertThatThrownBy(() -> servers.open("zeal.memcached.max-waiting", "1"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("zeal.memcached.max-waiting");
  }
}
