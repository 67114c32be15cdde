package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zeal.BackendInfo;
import io.zeal.CapacityException;
import io.zeal.ConfigurationException;
import io.zeal.MaxBytes;
import io.zeal.Schema;
import io.zeal.SchemaException;
import io.zeal.StoreOptions;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.WriteResult;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A table in a directory, by instances of one process; {@link TwoProcessesTest} has several. */
class SharedTableTest extends SharedFixture {

  @Test
  void rowsAndCountersAreThereAgainOnceEverybodyHadClosed() {
    try (TableBackend first = open()) {
      assertThat(first.info().scope()).isEqualTo(BackendInfo.Scope.HOST);
      Rows<Player> rows = rows(first, spec(100));
      put(rows, "a", 1);
      put(rows, "expires", 1, 10);
      counter(first, "c").add(5);
    }
    clock.advance(Duration.ofMillis(11));
    try (TableBackend second = open()) {
      Rows<Player> rows = rows(second, spec(100));
      assertThat(rows.get("a")).contains(new Player("n1", 1));
      assertThat(rows.count()).isEqualTo(1);
      assertThat(add(rows, "a", 1)).isEqualTo(new WriteResult.Added(2));
      assertThat(counter(second, "c").get()).isEqualTo(5);
    }
  }

  @Test
  void twoInstancesOfAProcessShareATableAndOneMayCloseIt() {
    try (TableBackend second = open()) {
      Rows<Player> rows;
      try (TableBackend first = open()) {
        put(rows(first, spec(100)), "a", 1);
        rows = rows(second, spec(100));
        assertThat(rows.get("a")).isPresent();
      }
      assertThat(add(rows, "a", 1)).isEqualTo(new WriteResult.Added(2));
      put(rows, "b", 1);
      assertThat(rows.count()).isEqualTo(2);
    }
  }

  @Test
  void anotherSchemaOrAnotherNumberOfCountersIsRefusedWithBothSides() {
    try (TableBackend first = open()) {
      rows(first, spec(100));
      counter(first, "c");
    }
    try (TableBackend second = open(200)) {
      assertThatThrownBy(() -> rows(second, spec(200)))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("capacity=100")
          .hasMessageContaining("capacity=200");
      assertThatThrownBy(() -> counter(second, "c"))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("100 counters")
          .hasMessageContaining("200 counters");
      assertThat(second.stats().numbers()).containsEntry("memoryBytes", 0L);
    }
  }

  @Test
  void fileThatIsNoTableOfThisLayoutIsRefusedWithWhatItIsAndStays() throws IOException {
    try (TableBackend first = open()) {
      put(rows(first, spec(100)), "a", 1);
    }
    Path file = directory.resolve("store-shared");
    byte[] good = Files.readAllBytes(file);

    int version = ByteBuffer.wrap(good).order(ByteOrder.nativeOrder()).getInt(8);

    assertRefused(file, changed(good, bytes -> bytes.put(0, (byte) 'z')), "does not begin");
    assertRefused(
        file,
        changed(good, bytes -> bytes.putInt(8, version + 1)),
        "has layout " + (version + 1),
        "this version of Zeal has layout " + version);
    assertRefused(
        file,
        changed(good, bytes -> bytes.putInt(12, Integer.reverseBytes(bytes.getInt(12)))),
        "another byte order");
    assertRefused(
        file, changed(good, bytes -> bytes.put(12, (byte) (bytes.get(12) + 1))), "does not begin");
    assertRefused(
        file, changed(good, bytes -> bytes.putLong(16, good.length - 8)), "bytes long, and should");
    assertRefused(file, changed(good, bytes -> bytes.putLong(48, -1)), "has a text of -1 bytes");
    assertRefused(
        file,
        changed(good, bytes -> bytes.putLong(48, good.length)),
        "has a text of " + good.length + " bytes");
    assertRefused(file, Arrays.copyOf(good, 127), "is 127 bytes long");
    assertRefused(file, new byte[0], "is 0 bytes long");

    Files.write(file, good);
    try (TableBackend second = open()) {
      assertThat(rows(second, spec(100)).get("a")).contains(new Player("n1", 1));
    }
  }

  /** A file that was cut, or has something behind it: its text is not where it should be. */
  @Test
  void fileOfAnotherLengthIsRefused() throws IOException {
    try (TableBackend first = open()) {
      put(rows(first, spec(100)), "a", 1);
    }
    Path file = directory.resolve("store-shared");
    byte[] good = Files.readAllBytes(file);
    for (int length : List.of(128, good.length / 2, good.length - 1, good.length + 8)) {
      byte[] bad = Arrays.copyOf(good, length);
      Files.write(file, bad);
      try (TableBackend second = open()) {
        assertThatThrownBy(() -> rows(second, spec(100)))
            .as("%d bytes of %d", length, good.length)
            .isInstanceOf(SchemaException.class)
            .hasMessageContaining("shared");
      }
      assertThat(file).hasBinaryContent(bad);
    }
    Files.write(file, good);
  }

  private static byte[] changed(byte[] good, Consumer<ByteBuffer> change) {
    byte[] bad = good.clone();
    change.accept(ByteBuffer.wrap(bad).order(ByteOrder.nativeOrder()));
    return bad;
  }

  private void assertRefused(Path file, byte[] bad, String... why) throws IOException {
    Files.write(file, bad);
    try (TableBackend second = open()) {
      assertThatThrownBy(() -> rows(second, spec(100)))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("Store 'shared'")
          .hasMessageContaining(file.toString())
          .hasMessageContaining("Use another directory, or remove the file once nobody uses it")
          .satisfies(e -> assertThat(e.getMessage()).contains(why));
      assertThat(second.stats().numbers()).as("what was taken").containsEntry("memoryBytes", 0L);
    }
    assertThat(file).hasBinaryContent(bad);
  }

  @Test
  void fileThatNobodyClosedBeforeTheSystemWasStartedAnewIsGivenUp() throws IOException {
    assumeTrue(BootId.current() != 0, "this system does not say which of its starts this is");
    try (TableBackend first = open()) {
      put(rows(first, spec(100)), "a", 1);
    }
    Path file = directory.resolve("store-shared");
    byte[] closed = changed(Files.readAllBytes(file), bytes -> bytes.put(32, anotherByte(bytes)));
    Files.write(file, closed); // another boot, but closed
    try (TableBackend second = open()) {
      assertThat(rows(second, spec(100)).count()).isEqualTo(1);
    }
    byte[] left =
        changed(
            Files.readAllBytes(file),
            bytes -> bytes.put(32, anotherByte(bytes)).putLong(40, 0)); // and not closed
    Files.write(file, left);
    List<String> warnings = new CopyOnWriteArrayList<>();
    Handler log = new Warnings(warnings);
    Logger logger = Logger.getLogger("io.zeal.table");
    logger.addHandler(log);
    try (TableBackend third = open()) {
      assertThat(rows(third, spec(100)).count()).isZero();
    } finally {
      logger.removeHandler(log);
    }
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("Store 'shared': " + file)
        .contains("before the system was started anew", "It begins empty");
  }

  /** What is logged as a warning, or worse. */
  private static final class Warnings extends Handler {

    private final List<String> lines;

    private Warnings(List<String> lines) {
      this.lines = lines;
    }

    @Override
    public void publish(LogRecord line) {
      if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
        lines.add(new SimpleFormatter().formatMessage(line));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void fileThatNobodyClosedSinceTheSystemWasStartedIsUsed() throws IOException {
    try (TableBackend first = open()) {
      put(rows(first, spec(100)), "a", 1);
    }
    Path file = directory.resolve("store-shared");
    Files.write(file, changed(Files.readAllBytes(file), bytes -> bytes.putLong(40, 0)));

    try (TableBackend second = open()) {
      assertThat(rows(second, spec(100)).count()).isEqualTo(1);
    }
  }

  private static byte anotherByte(ByteBuffer bytes) {
    return (byte) (bytes.get(32) + 1);
  }

  private record Large(@MaxBytes(1 << 20) String text) {}

  /** It takes 1 PiB, which no directory has; so nothing of it is ever written. */
  @Test
  void storeThatDoesNotFitTheDirectoryIsRefusedAndLeavesNothing() throws IOException {
    Schema<Large> schema = Schema.of(Large.class, MethodHandles.lookup());
    StoreOptions options = StoreOptions.defaults().withCapacity(TableLayout.MAX_ROWS);
    try (TableBackend backend = open(1L << 60, 100, 0)) {
      assertThatThrownBy(() -> backend.rows(new StoreSpec<>("shared", schema, options, null)))
          .isInstanceOf(CapacityException.class)
          .hasMessageContaining("Store 'shared' takes")
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("bytes are left there");
      assertThat(backend.stats().numbers()).containsEntry("memoryBytes", 0L);
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(file -> !file.toString().endsWith(".lock"))).isEmpty();
    }
  }

  @Test
  void directoryThatCannotBeIsRefused() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() ->
            new TableBackend(
                new TableSettings(1 << 20, 1, Duration.ofSeconds(5), Optional.of(file), 1 << 19),
                clock))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("zeal.table.directory");
  }

  @Test
  void namesOfFilesAreToldApart() {
    List<String> names =
        List.of("a", "A", "_61", "é", "e", "x".repeat(127), "x".repeat(126), "a/b", "..", "");

    assertThat(names.stream().map(name -> SharedDirectory.fileName("s-", name)))
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[a-z0-9_~-]{1,200}"));
  }

  @Test
  void filesAreForTheirOwnerAlone() throws IOException {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
        "this system has no owners of files");
    Path below = directory.resolve("made/twice");
    TableSettings settings =
        new TableSettings(64L << 20, 10, Duration.ofSeconds(5), Optional.of(below), 0);
    try (TableBackend backend = new TableBackend(settings, clock)) {
      put(backend.rows(spec(100)), "a", 1);
      try (Stream<Path> files = Files.list(below)) {
        assertThat(files).hasSize(2).allSatisfy(file -> assertMode(file, "rw-------"));
      }
      assertMode(below, "rwx------");
      assertMode(below.getParent(), "rwx------");
    }
  }

  private static void assertMode(Path path, String mode) throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .as("%s", path)
        .isEqualTo(mode);
  }
}
