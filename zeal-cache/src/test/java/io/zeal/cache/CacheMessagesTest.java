package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.CapacityException;
import io.zeal.LoaderFailedException;
import io.zeal.OperationTimeoutException;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What messages of a cache say: which cache and key, what was found, and what helps. */
class CacheMessagesTest {

  private static final ValueType<String> TEXT = ValueType.of(String.class);
  private static final String LONG_KEY = "k".repeat(200);

  @TempDir Path directory;

  private Zeal table(String... settings) {
    ZealConfig.Builder config = ZealConfig.builder().set("zeal.backend", "table");
    for (int i = 0; i < settings.length; i += 2) {
      config.set(settings[i], settings[i + 1]);
    }
    return Zeal.open(config.build());
  }

  private Zeal memory() {
    return table("zeal.cache.files", "false");
  }

  @Test
  void aLoaderThatFailedIsNamedByItsExceptionsClassAndTheKeyShortened() {
    try (Zeal zeal = memory()) {
      Cache cache = zeal.cache("users");
      LoaderFailedException error =
          catchThrowableOfType(
              LoaderFailedException.class,
              () ->
                  cache.getOrCompute(
                      LONG_KEY,
                      String.class,
                      load -> {
                        throw new IOException("secret");
                      }));

      assertThat(error)
          .hasMessageContainingAll(
              "Cache 'users', key '" + "k".repeat(40) + "…'",
              "java.io.IOException",
              "its message is in the cause")
          .hasMessageNotContaining("secret")
          .hasMessageEndingWith("ZEAL-602");
    }
  }

  @Test
  void anOuterLoaderSaysThatItFailedByRecursion() {
    try (Zeal zeal = memory()) {
      Cache cache = zeal.cache("users");
      LoaderFailedException error =
          catchThrowableOfType(
              LoaderFailedException.class,
              () ->
                  cache.getOrCompute(
                      "a",
                      String.class,
                      a ->
                          cache.getOrCompute(
                              "b",
                              String.class,
                              b -> cache.getOrCompute("a", String.class, c -> "never"))));

      assertThat(error)
          .hasMessageStartingWith("Cache 'users', key 'a': its loader failed by recursion")
          .hasMessageEndingWith("ZEAL-603");
      assertThat(error.getCause())
          .hasMessageStartingWith("Cache 'users', key 'b': its loader failed by recursion");
      assertThat(error.getCause().getCause())
          .hasMessageStartingWith("Cache 'users', key 'a': its loader asks for the key itself")
          .hasMessageNotContaining("previous()");
    }
  }

  @Test
  void aLoadThatNeverEndsSaysWhatHelpsAndSinceWhenItRuns() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (Zeal zeal = memory()) {
      Cache cache = zeal.cache("users");
      CacheOptions hasty = cache.options().withHardTimeout(Duration.ofMillis(20));
      assertThatThrownBy(() ->
              cache.getOrCompute(
                  "slow",
                  TEXT,
                  hasty,
                  load -> {
                    end.await();
                    return "late";
                  }))
          .isInstanceOf(OperationTimeoutException.class)
          .hasMessageContainingAll(
              "Cache 'users', key 'slow'", "PT0.02S", "remove(key)", "LoadContext.deadline");

      assertThat(cache.explain("slow"))
          .containsPattern("a load is under way since \\d{4}-.* \\(PT.* ago\\)");

      cache.remove("slow");
      assertThat(cache.getOrCompute("slow", TEXT, CacheOptions.defaults(), load -> "next"))
          .as("the call after remove(key)")
          .isEqualTo("next");
    } finally {
      end.countDown();
    }
  }

  @Test
  void aValueThatFitsNeitherMemoryNorFilesSaysBothLimits() {
    try (Zeal zeal =
        table(
            "zeal.cache.directory",
            directory.resolve("files").toString(),
            "zeal.cache.file-bytes",
            "1m")) {
      Cache cache = zeal.cache("pages");
      assertThatThrownBy(() -> cache.put("a", "x".repeat(400_000), String.class))
          .isInstanceOf(CapacityException.class)
          .hasMessageContainingAll(
              "Cache 'pages', key 'a'",
              "8448 bytes (zeal.cache.entry-bytes)",
              "a quarter of zeal.cache.file-bytes (1048576 bytes)",
              "Nothing is cached under the key now")
          .hasMessageNotContaining("there is no file tier");
    }
  }

  @Test
  void aValueThatIsTooLongForAServerSaysTheMost() {
    HeapServer server = HeapServer.rich();
    try (Zeal zeal = server.open(ZealConfig.builder())) {
      Cache cache = zeal.cache("pages");
      assertThatThrownBy(() -> cache.put("a", "x".repeat(1_100_000), String.class))
          .isInstanceOf(CapacityException.class)
          .hasMessageContainingAll(
              "Cache 'pages', key 'a'", "zeal.cache.entry-bytes", "1048576", "in parts");
    }
  }

  @Test
  void whatIsOnAServerIsNotSaidToBeInMemory() {
    HeapServer server = HeapServer.rich();
    try (Zeal zeal = server.open(ZealConfig.builder())) {
      Cache cache = zeal.cache("users");
      cache.put("a", "1", String.class);
      assertThat(cache.explain("a")).startsWith("in the shared backend").doesNotContain("memory");
      assertThat(cache.get("a", String.class).isHit()).isTrue();
      assertThat(cache.stats().numbers()).containsEntry("hitsMemory", 1L);
    }
  }

  @Test
  void aCacheIsCalledByItsName() {
    try (Zeal zeal = memory()) {
      assertThat(zeal.cache("users")).hasToString("Cache 'users'");
    }
  }

  @Test
  void aDirectoryThatCannotBeHadSaysWhy() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    refusedDirectory(file, "is not a directory");
    Path target = Files.createDirectory(directory.resolve("target"));
    Path root = Files.createDirectory(directory.resolve("root"));
    Files.createSymbolicLink(root.resolve("n-users"), target);
    refusedDirectory(root, "cache 'users'", "is a symbolic link");
    Path below = file.resolve("deeper");
    refusedDirectory(below, "is not a directory");
  }

  private void refusedDirectory(Path path, String... parts) {
    try (Zeal zeal = table("zeal.cache.directory", path.toString())) {
      assertThatThrownBy(() -> zeal.cache("users"))
          .hasMessageContainingAll(parts)
          .hasMessageNotContaining("Exception")
          .hasMessageEndingWith("ZEAL-104");
    }
  }

  @Test
  void aTierThatBeganEmptySaysWhy() throws Exception {
    Path root = directory.resolve("files");
    String[] settings = {"zeal.cache.directory", root.toString()};
    try (Zeal zeal = table(settings)) {
      zeal.cache("users").put("a", "1", String.class);
      assertThat(zeal.inspect()).noneMatch(finding -> finding.code().equals("ZEAL-F402"));
    }
    Files.write(root.resolve("n-users").resolve("state"), new byte[64]);
    try (LogCapture log = new LogCapture();
        Zeal zeal = table(settings)) {
      assertThat(zeal.cache("users").contains("a")).isFalse();
      assertThat(zeal.inspect())
          .filteredOn(finding -> finding.code().equals("ZEAL-F402"))
          .singleElement()
          .satisfies(
              finding -> assertThat(finding.found()).contains("cache 'users'", "began empty"));
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("INFO: ")
          .contains("cache 'users'", "began empty", "ZEAL-F402");
    }
    Files.delete(root.resolve("n-users").resolve("state"));
    try (Zeal zeal = table(settings)) {
      zeal.cache("users");
      assertThat(zeal.inspect()).anyMatch(finding -> finding.found().contains("began empty"));
    }
  }
}
