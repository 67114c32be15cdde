package io.zeal.verification.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the server to start: the one that was named, else one on the PATH, else the bundled one.
 */
record RedisBinary(ProgramSearch search, String platform) {

  private static final String PROPERTY = "test.redis-server";
  private static final String VARIABLE = "ZEAL_REDIS_SERVER";
  private static final String BUNDLED = "redis-server-7.0.15-";

  private static final class Found {
    static final Path BINARY =
        new RedisBinary(ProgramSearch.ofThisMachine(), thisPlatform()).find();
  }

  /** The server of this machine, looked for once. */
  static Path ofThisMachine() {
    try {
      return Found.BINARY;
    } catch (ExceptionInInitializerError | NoClassDefFoundError missing) {
      // Looked for again: the second and later failures of a class say nothing of the reason.
      return new RedisBinary(ProgramSearch.ofThisMachine(), thisPlatform()).find();
    }
  }

  Path find() {
    return search
        .named(PROPERTY, VARIABLE, "redis-server or valkey-server")
        .or(() -> search.onPath("redis-server"))
        .or(() -> search.onPath("valkey-server"))
        .or(this::bundled)
        .orElseThrow(this::missing);
  }

  private Optional<Path> bundled() {
    var name = BUNDLED + platform;
    try (var content = ClassLoader.getSystemResourceAsStream(name)) {
      if (content == null) {
        return Optional.empty();
      }
      var file = TemporaryDirectory.create().resolve("redis-server");
      Files.copy(content, file);
      if (!file.toFile().setExecutable(true)) {
        throw new MissingServerException("Cannot make %s executable.".formatted(file));
      }
      return Optional.of(file);
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot unpack " + name, failure);
    }
  }

  private MissingServerException missing() {
    return new MissingServerException(
        """
        No Redis or Valkey server. Looked at -D%s and %s (not set), for redis-server and valkey-server on the PATH, \
        and for a bundled server for %s. \
        Get one: apt-get install redis-server, dnf install valkey, brew install redis; or name one with %s.\
        """
            .formatted(PROPERTY, VARIABLE, platform, VARIABLE));
  }

  private static String thisPlatform() {
    var system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    var processor = System.getProperty("os.arch");
    return (system.startsWith("mac") ? "darwin" : system)
        + "-"
        + (processor.equals("aarch64") ? "arm64" : processor);
  }
}
