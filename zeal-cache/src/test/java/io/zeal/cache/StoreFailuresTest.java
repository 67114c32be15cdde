package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.BackendUnavailableException;
import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Outcome;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** K3.14: a loaded value that cannot be stored is answered, and said once. */
class StoreFailuresTest {

  record Named(@Nullable String name) {}

  private static Zeal table() {
    return Zeal.open(
        ZealConfig.builder().set("zeal.backend", "table").set("zeal.cache.files", "false").build());
  }

  @Test
  void firstValueWithoutACodecIsAWarningAndTheOthersAreCounted() {
    try (LogCapture log = new LogCapture();
        Zeal zeal = table()) {
      Cache cache = zeal.cache("dates");
      for (int i = 0; i < 3; i++) {
        LocalDate loaded = cache.getOrCompute("day:" + i, LocalDate.class, load -> LocalDate.EPOCH);
        assertThat(loaded).isEqualTo(LocalDate.EPOCH);
      }

      assertThat(cache.stats().numbers()).containsEntry("storeFailures", 3L);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARNING: Cache 'dates', key 'day:0': ")
          .contains("No codec for values of java.time.LocalDate", "storeFailures");
    }
  }

  @Test
  void aNullComponentSaysSo() {
    try (LogCapture log = new LogCapture();
        Zeal zeal = table()) {
      Cache cache = zeal.cache("named");
      Named loaded = cache.getOrCompute("a", Named.class, load -> new Named(null));

      assertThat(loaded).isEqualTo(new Named(null));
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("Component 'name'", "zeal.cache.codec=jackson");
    }
  }

  @Test
  void aValueThatIsTooLongSaysSoAndIsNotShown() {
    try (LogCapture log = new LogCapture();
        Zeal zeal = table()) {
      Cache cache = zeal.cache("pages");
      String page = "secret".repeat(10_000);
      var loaded =
          cache.getAllOrCompute(
              List.of("a", "b"), ValueType.of(String.class), CacheOptions.defaults(), load -> page);

      assertThat(loaded.failures()).isEmpty();
      assertThat(cache.stats().numbers()).containsEntry("storeFailures", 2L);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("fits into no tier", "zeal.cache.entry-bytes")
          .doesNotContain("secret");
    }
  }

  /** An outage is counted and told by everybody else's errors; it must not use up the line. */
  @Test
  void anOutageIsNotTheFirstFailure() {
    HeapServer server = HeapServer.rich();
    try (LogCapture log = new LogCapture();
        Zeal zeal = server.open(ZealConfig.builder())) {
      Cache cache = zeal.cache("dates");
      server.beforeEach(call -> {
        throw new BackendUnavailableException("away", Outcome.NOT_SENT, null);
      });
      assertThat(cache.getOrCompute("a", String.class, load -> "loaded")).isEqualTo("loaded");
      assertThat(log.lines()).isEmpty();
      server.beforeEach(call -> {});

      LocalDate loaded = cache.getOrCompute("b", LocalDate.class, load -> LocalDate.EPOCH);

      assertThat(loaded).isEqualTo(LocalDate.EPOCH);
      assertThat(log.lines()).hasSize(1);
      assertThat(cache.stats().numbers()).containsEntry("storeFailures", 2L);
    }
  }
}
