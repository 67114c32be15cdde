package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.CapacityException;
import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.Finding;
import io.zeal.SchemaException;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a setting of a cache that cannot be had is told as. */
class CacheSettingsTest {

  @TempDir Path directory;

  private ZealConfig.Builder table() {
    return ZealConfig.builder().set("zeal.backend", "table");
  }

  private ZealConfig.Builder files() {
    return table().set("zeal.cache.directory", directory.resolve("files").toString());
  }

  private static void use(ZealConfig.Builder config) {
    try (Zeal zeal = Zeal.open(config.build())) {
      zeal.cache("c1").put("a", "1", String.class);
    }
  }

  private static void refused(ZealConfig.Builder config, String... parts) {
    ConfigurationException error =
        catchThrowableOfType(ConfigurationException.class, () -> use(config));
    assertThat(error).as("a refusal").isNotNull();
    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_SETTING.id());
    assertThat(error).hasMessageContainingAll(parts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "1048575"})
  void filesOfFewerBytesThanTheLeastAreRefusedWithTheLeast(String bytes) {
    refused(files().set("zeal.cache.file-bytes", bytes), "zeal.cache.file-bytes", bytes, "1048576");
  }

  @Test
  void leastAndMostBytesOfFilesAreTaken() {
    use(files().set("zeal.cache.file-bytes", "1m"));
    use(files().set("zeal.cache.file-bytes", String.valueOf(Long.MAX_VALUE)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void anEmptyDirectoryIsRefused(String empty) {
    refused(table().set("zeal.cache.directory", empty), "zeal.cache.directory", "empty");
  }

  @ParameterizedTest
  @CsvSource({"255", "1048577"})
  void entryBytesOutsideTheirRangeAreRefused(String bytes) {
    refused(files().set("zeal.cache.entry-bytes", bytes), "zeal.cache.entry-bytes", bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1s", "0s"})
  void aSweepThatIsNotAboveZeroSaysWhy(String sweep) {
    refused(files().set("zeal.cache.sweep", sweep), "zeal.cache.sweep", "above zero");
  }

  @Test
  void aSweepOfAsLongAsThereIsIsTaken() {
    use(files().set("zeal.cache.sweep", "36500d"));
    assertThat(Values.millis(java.time.Duration.ofSeconds(Long.MAX_VALUE)))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aCacheThatIsThereWithOtherEntriesIsToldAsACache() {
    Path shared = directory.resolve("tables");
    ZealConfig.Builder first = shared(shared);
    use(first);

    assertThatThrownBy(() -> use(shared(shared).set("zeal.cache.entries", "64")))
        .isInstanceOf(SchemaException.class)
        .hasMessageStartingWith(
            "Cache 'c1' is in its backend already, for entries of another size or number.")
        .hasMessageContainingAll(
            "capacity=32", "capacity=64", "zeal.cache.entries", "zeal.cache.entry-bytes")
        .hasMessageEndingWith("ZEAL-203")
        .hasCauseInstanceOf(SchemaException.class);
  }

  private ZealConfig.Builder shared(Path directory) {
    return table()
        .set("zeal.table.directory", directory.toString())
        .set("zeal.cache.entries", "32")
        .set("zeal.cache.files", "false");
  }

  @Test
  void aCacheThatDoesNotFitIsToldAsACache() {
    assertThatThrownBy(
            () -> use(files().set("zeal.table.memory", "16m").set("zeal.cache.entries", "4096")))
        .isInstanceOf(CapacityException.class)
        .hasMessageStartingWith("Cache 'c1' does not fit into its backend")
        .hasMessageContainingAll(
            "4096",
            "8448",
            "16777216",
            "zeal.cache.entries",
            "zeal.cache.entry-bytes",
            "zeal.table.memory")
        .hasMessageEndingWith("ZEAL-304")
        .hasMessageNotContaining("StoreOptions")
        .hasCauseInstanceOf(CapacityException.class);
  }

  @Test
  void whatACacheTakesIsSaidInWordsOfACache() {
    try (Zeal zeal = Zeal.open(files().build())) {
      zeal.cache("c1").put("a", "1", String.class);

      assertThat(zeal.inspect())
          .filteredOn(finding -> finding.code().equals("ZEAL-F203"))
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.found()).startsWith("Cache 'c1'").doesNotContain("zeal:cache:");
            assertThat(finding.action()).contains("zeal.cache.entries", "zeal.cache.entry-bytes");
          });
      assertThat(zeal.inspect()).extracting(Finding::code).doesNotContain("ZEAL-F401");
    }
  }
}
