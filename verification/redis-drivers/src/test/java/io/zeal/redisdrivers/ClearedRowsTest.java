package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.MaxBytes;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.Request;
import io.zeal.verification.servers.ServerTests;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * That clearing many rows does not keep a server from answering others (S7.6): each command of it
 * touches few rows, however many there are. The driver does not matter.
 */
class ClearedRowsTest {

  record Row(@MaxBytes(16) String name, long number) {}

  private static final int ROWS = 200_000;
  private static final int SWEPT = 20_000;

  /** Rows that one command may touch, each named in two indexes, and the words around them. */
  private static final int MOST_WORDS = 2 * 25 + 10;

  /** Far more than a command on so few rows takes, far less than one on all rows. */
  private static final double MOST_MICROS_ON_AVERAGE = 2_000;

  @Test
  void noCommandOfClearGrowsWithTheRows() {
    try (RedisServer server = ServerTests.startOrSkip(RedisServer::start);
        FaultProxy proxy = FaultProxy.start(server.port());
        Zeal zeal = open(proxy)) {
      Store<Row> store = zeal.store("rows", Schema.of(Row.class));
      store.put("warm", new Row("n", 0));
      store.clear();
      fill(store);
      assertThat(store.count()).isEqualTo(ROWS);
      long sweptBefore = swept(zeal);
      proxy.forget();
      assertThat(server.command("CONFIG", "RESETSTAT")).isEqualTo("OK");

      store.clear();
      assertThat(store.count()).isZero();
      Await.until("rows to be swept", () -> swept(zeal) >= sweptBefore + SWEPT);

      List<Request> sent = proxy.forwarded();
      assertThat(sent).hasSizeGreaterThan(SWEPT / 25);
      assertThat(sent)
          .allSatisfy(request -> assertThat(request.words()).hasSizeLessThan(MOST_WORDS));
      Map<String, Double> times = microsOnAverage(server);
      assertThat(times).containsKeys("unlink", "zrem", "zrange", "evalsha");
      assertThat(times.values()).allMatch(micros -> micros < MOST_MICROS_ON_AVERAGE);
    }
  }

  private static void fill(Store<Row> store) {
    for (int from = 0; from < ROWS; from += 5_000) {
      Map<String, Row> some = new HashMap<>();
      for (int i = from; i < from + 5_000; i++) {
        some.put("k" + i, new Row("n", i));
      }
      store.putAll(some).orThrow();
    }
  }

  private static long swept(Zeal zeal) {
    return Objects.requireNonNull(zeal.stats().parts().get("backend"))
        .numbers()
        .getOrDefault("rowsSwept", 0L);
  }

  /** By the server's own clock, and so not longer because its clients wait for the processor. */
  private static Map<String, Double> microsOnAverage(RedisServer server) {
    Map<String, Double> times = new HashMap<>();
    Matcher line =
        Pattern.compile("cmdstat_([^:]+):calls=\\d+,usec=\\d+,usec_per_call=([\\d.]+)")
            .matcher(String.valueOf(server.command("INFO", "commandstats")));
    while (line.find()) {
      times.put(line.group(1), Double.parseDouble(line.group(2)));
    }
    return times;
  }

  private static Zeal open(FaultProxy proxy) {
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.driver", "jedis")
            .set("zeal.redis.url", "redis://" + proxy.address())
            .set("zeal.redis.timeout", "30s")
            .build());
  }
}
