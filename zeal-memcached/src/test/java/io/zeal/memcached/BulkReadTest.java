package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads of so many keys that they are several requests, or just are not. */
class BulkReadTest {

  @ParameterizedTest
  @CsvSource({
    "text, 253", "text, 254", "text, 255", "text, 256", "text, 1000",
    "binary, 253", "binary, 254", "binary, 255", "binary, 256", "binary, 1000"
  })
  void thoseThatAreThereAreFoundAndNoOthers(String protocol, int number) {
    try (Zeal zeal = open(protocol)) {
      Store<Player> store = zeal.store("bulk-" + protocol + "-" + number, Player.SCHEMA);
      List<String> keys = IntStream.range(0, number).mapToObj(i -> "key-" + i).toList();
      assertThat(store.getAll(keys).orThrow()).isEmpty();

      Map<String, Player> rows = new LinkedHashMap<>();
      IntStream.range(0, number)
          .filter(i -> i % 3 != 0)
          .forEach(i -> rows.put("key-" + i, Player.of(i)));
      store.putAll(rows).orThrow();

      assertThat(store.getAll(keys).orThrow()).isEqualTo(rows);
    }
  }

  private static Zeal open(String protocol) {
    ZealConfig.Builder config = ZealConfig.builder();
    return protocol.equals("text") ? SharedServers.open(config) : SharedServers.openBinary(config);
  }
}
