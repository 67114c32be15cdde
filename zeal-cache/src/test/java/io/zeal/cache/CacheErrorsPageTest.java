package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zeal.Cache;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/errors.md quotes of caches is what they say. */
class CacheErrorsPageTest {

  private final String page = read();

  @TempDir Path directory;

  private static String read() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("mvnw"))) {
      root = Objects.requireNonNull(root.getParent(), "a directory above that holds mvnw");
    }
    try {
      return Files.readString(root.resolve("docs/errors.md"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private ZealConfig.Builder table() {
    return ZealConfig.builder()
        .set("zeal.backend", "table")
        .set("zeal.cache.directory", directory.resolve("files").toString());
  }

  private void isQuoted(ThrowingCallable call) {
    assertThat(page).contains("\n> " + catchThrowable(call).getMessage() + "\n");
  }

  @Test
  void whatLoadersEndIn() {
    try (Zeal zeal = Zeal.open(table().build())) {
      Cache users = zeal.cache("users");
      isQuoted(() ->
          users.getOrCompute(
              "user:42",
              String.class,
              load -> {
                throw new IOException("secret");
              }));
      Throwable recursion =
          catchThrowable(() ->
              users.getOrCompute(
                  "team:7",
                  String.class,
                  team ->
                      users.getOrCompute(
                          "user:42",
                          String.class,
                          user -> users.getOrCompute("user:42", String.class, load -> "never"))));
      isQuoted(() -> {
        throw recursion;
      });
      isQuoted(() -> {
        throw recursion.getCause().getCause();
      });
    }
  }

  @Test
  void whatDoesNotFit() {
    try (Zeal zeal = Zeal.open(table().set("zeal.cache.file-bytes", "1m").build())) {
      isQuoted(() -> zeal.cache("pages").put("a", "x".repeat(400_000), String.class));
    }
    try (Zeal zeal = HeapServer.rich().open(ZealConfig.builder())) {
      isQuoted(() -> zeal.cache("pages").put("a", "x".repeat(1_100_000), String.class));
    }
    try (Zeal zeal = Zeal.open(table().set("zeal.table.memory", "16m").build())) {
      isQuoted(() -> zeal.cache("users"));
    }
    try (Zeal zeal = Zeal.open(table().set("zeal.cache.file-bytes", "64k").build())) {
      isQuoted(() -> zeal.cache("users"));
    }
  }
}
