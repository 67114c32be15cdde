package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.ConfigurationException;
import io.zeal.Finding;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** K8: what a cache over the embedded table keeps in its files. */
class RestartTest {

  private static final ValueType<String> TEXT = ValueType.of(String.class);

  @TempDir Path directory;

  private Zeal open() {
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.backend", "table")
            .set("zeal.cache.directory", directory.resolve("cache").toString())
            .build());
  }

  @Test
  void aRestartIsWarm() { // K8.1
    CacheOptions hour = CacheOptions.defaults().withTtl(Duration.ofHours(1));
    try (Zeal zeal = open()) {
      Cache cache = zeal.cache("users");
      cache.put("text", "hello", TEXT, hour);
      cache.put("null", null, String.class);
      cache.put("large", "x".repeat(100_000), String.class);
      assertThat(cache.stats().numbers()).containsEntry("spills", 1L);
    }
    try (Zeal zeal = open()) {
      Cache cache = zeal.cache("users");
      assertThat(cache.getOrCompute("text", String.class, load -> "loaded")).isEqualTo("hello");
      assertThat(cache.get("null", String.class)).isEqualTo(new Cached.Hit<>(null, false));
      assertThat(cache.get("large", String.class).toOptional()).contains("x".repeat(100_000));
      assertThat(cache.explain("text")).contains("expires in PT5");
      assertThat(cache.count()).isEqualTo(3);
      assertThat(cache.stats().numbers())
          .containsEntry("hitsFile", 3L)
          .containsEntry("hitsMemory", 0L);
      assertThat(cache.get("text", String.class).isHit()).isTrue();
      assertThat(cache.stats().numbers()).containsEntry("hitsMemory", 1L);
    }
  }

  @Test
  void whatWasInvalidatedStaysSo() { // K8.2
    try (Zeal zeal = open()) {
      Cache cache = zeal.cache("users");
      cache.put("removed", "1", String.class);
      cache.put("red", "2", TEXT, cache.options().withTags("red"));
      cache.put("blue", "3", TEXT, cache.options().withTags("blue"));
      cache.remove("removed");
      cache.removeTag("red");
      Cache other = zeal.cache("cleared");
      other.put("a", "4", String.class);
      other.clear();
      other.put("b", "5", String.class);
    }
    try (Zeal zeal = open()) {
      Cache cache = zeal.cache("users");
      assertThat(cache.contains("removed")).isFalse();
      assertThat(cache.contains("red")).isFalse();
      assertThat(cache.contains("blue")).isTrue();
      cache.put("red", "6", TEXT, cache.options().withTags("red"));
      assertThat(cache.contains("red")).isTrue();
      cache.removeTag("blue");
      assertThat(cache.contains("blue")).isFalse();
      assertThat(zeal.cache("cleared").contains("a")).isFalse();
      assertThat(zeal.cache("cleared").contains("b")).isTrue();
    }
  }

  @Test
  void anExpiredEntryKeepsWhatIsLeftOfItsStaleLife() {
    CacheOptions options =
        CacheOptions.defaults().withTtl(Duration.ofHours(1)).withMaxStale(Duration.ofMinutes(30));
    try (Zeal zeal = open()) {
      Cache cache = zeal.cache("users", options);
      cache.put("a", "old", String.class);
      assertThat(cache.expire("a")).isTrue();
    }
    try (Zeal zeal = open()) {
      Cache cache = zeal.cache("users", options);
      assertThat(cache.get("a", String.class)).isEqualTo(new Cached.Hit<>("old", true));
      assertThat(cache.contains("a")).isFalse();
      assertThat(
              cache.getOrCompute(
                  "a",
                  String.class,
                  load -> {
                    throw new java.io.IOException("away");
                  }))
          .isEqualTo("old");
    }
  }

  @Test
  void aNamedDirectoryThatIsTakenIsAnError() { // K8.6
    try (Zeal zeal = open()) {
      zeal.cache("users").put("a", "1", String.class);
      try (Zeal second = open()) {
        assertThatThrownBy(() -> second.cache("users"))
            .isInstanceOf(ConfigurationException.class)
            .hasMessageContaining("zeal.cache.directory")
            .hasMessageContaining("this process");
      }
    }
  }

  @Test
  void aDefaultDirectoryThatCannotBeHadIsAFinding() throws Exception { // K8.6
    Path taken = Path.of(".cache");
    boolean mine = Files.notExists(taken);
    Zeal first = Zeal.open(ZealConfig.builder().set("zeal.backend", "table").build());
    Zeal second = Zeal.open(ZealConfig.builder().set("zeal.backend", "table").build());
    try (first;
        second) {
      first.cache("users").put("a", "1", String.class);
      second.cache("users").put("a", "2", String.class);
      assertThat(second.cache("users").get("a", String.class).toOptional()).contains("2");
      List<Finding> findings = second.inspect();
      assertThat(findings).extracting(Finding::code).contains("ZEAL-F401");
      assertThat(first.inspect()).extracting(Finding::code).doesNotContain("ZEAL-F401");
    } finally {
      if (mine) {
        delete(taken);
      }
    }
  }

  private static void delete(Path directory) throws Exception {
    try (var all = Files.walk(directory)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
