package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.MaxBytes;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/copies.md}. */
class CopyExamplesTest {

  record Setting(@MaxBytes(200) String value) {}

  static Zeal open(String url, String secret) {
    ZealConfig config =
        ZealConfig.builder()
            .set("zeal.backend", "tiered")
            .set("zeal.redis.url", url)
            .set("zeal.redis.driver", "jedis") // where there are several
            .set("zeal.tiered.secret", secret) // the same in every process
            .build();
    return Zeal.open(config);
  }

  static String read(Store<Setting> settings) {
    String theme = settings.get("theme").map(Setting::value).orElse("light"); // a copy may answer

    Reading<Setting> reading = settings.read("theme", ReadOptions.defaults()).orElseThrow();
    boolean copied = !reading.age().isZero(); // how long ago Redis was asked; zero: just now

    ReadOptions fresh = ReadOptions.maxStaleness(Duration.ZERO); // asks Redis
    Optional<Reading<Setting>> now = settings.read("theme", fresh);
    return theme + " " + now.orElseThrow().value().value() + (copied ? ", copied" : "");
  }

  @Test
  void aCopyAnswersUntilSomebodyElseWrites() {
    String url = "redis://" + SharedServer.get().address();
    try (Zeal one = open(url, "sixteen random bytes");
        Zeal other = open(url, "sixteen random bytes")) {
      Store<Setting> settings = one.store("settings", Schema.of(Setting.class));
      Store<Setting> elsewhere = other.store("settings", Schema.of(Setting.class));
      settings.put("theme", new Setting("dark"));

      Await.until("a copy answers", () -> read(settings).equals("dark dark, copied"));

      elsewhere.put("theme", new Setting("blue"));
      Await.until("the copy has ended", () -> read(settings).startsWith("blue blue"));
      assertThat(one.stats().parts()).isNotEmpty();
    }
  }
}
