package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.MaxBytes;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.FaultProxy;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A row is read with its own remaining life, whoever replaces it meanwhile. */
class RowsWithTheirLifeTest {

  record Row(@MaxBytes(16) String name) {}

  private static final Duration LIFE = Duration.ofHours(1);
  private static final int READS = 500;

  private static Zeal open(String url) {
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.url", url)
            .set("zeal.redis.driver", "jedis")
            .build());
  }

  @Test
  void noRowIsReadWithTheLifeOfAnother() throws Exception {
    // Commands that are sent together need not arrive together.
    FaultProxy line = FaultProxy.start(SharedServer.get().port());
    line.delay(Duration.ofNanos(200_000));
    try (line;
        Zeal reading = open("redis://" + line.address());
        Zeal writing = SharedServer.open(ZealConfig.builder(), "jedis")) {
      String name = "life-" + UUID.randomUUID().toString().substring(0, 8);
      Store<Row> rows = reading.store(name, Schema.of(Row.class));
      Store<Row> changed = writing.store(name, Schema.of(Row.class));
      changed.put("k", new Row("forever"));
      AtomicBoolean over = new AtomicBoolean();
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                while (!over.get()) {
                  changed.put("k", new Row("passing"), LIFE);
                  changed.put("k", new Row("forever"));
                }
              });
      try {
        for (int i = 0; i < READS; i++) {
          Optional<Reading<Row>> row = rows.read("k", ReadOptions.defaults());
          assertThat(row).isPresent();
          assertThat(row.get().remaining().isPresent())
              .as("whether '%s' expires", row.get().value().name())
              .isEqualTo(row.get().value().name().equals("passing"));
        }
      } finally {
        over.set(true);
        assertThat(writer.join(Duration.ofSeconds(20))).isTrue();
      }
    }
  }
}
