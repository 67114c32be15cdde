package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendInfo;
import io.zeal.CapacityException;
import io.zeal.ConfigurationException;
import io.zeal.CounterOptions;
import io.zeal.SchemaException;
import io.zeal.StoreOptions;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.WriteResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table in a directory, by instances of one process; {@code ./zeal verify kill} has several. */
class SharedTableTest extends TableFixture {

  @TempDir Path directory;

  private TableBackend open() {
    return open(100);
  }

  private TableBackend open(long counters) {
    return new TableBackend(
        new TableSettings(
            64L << 20, counters, Duration.ofSeconds(5), Optional.of(directory), 1 << 18),
        clock);
  }

  private static StoreSpec<Player> spec(long capacity) {
    return new StoreSpec<>("shared", PLAYER, StoreOptions.defaults().withCapacity(capacity), null);
  }

  @Test
  void rowsAndCountersAreThereAgainOnceEverybodyHadClosed() {
    try (TableBackend first = open()) {
      assertThat(first.info().scope()).isEqualTo(BackendInfo.Scope.HOST);
      Rows<Player> rows = first.rows(spec(100));
      put(rows, "a", 1);
      put(rows, "expires", 1, 10);
      first.counters().counter(new CounterSpec("c", CounterOptions.defaults())).add(5);
    }
    clock.advance(Duration.ofMillis(11));
    try (TableBackend second = open()) {
      Rows<Player> rows = second.rows(spec(100));
      assertThat(rows.get("a")).contains(new Player("n1", 1));
      assertThat(rows.count()).isEqualTo(1);
      assertThat(add(rows, "a", 1)).isEqualTo(new WriteResult.Added(2));
      assertThat(second.counters().counter(new CounterSpec("c", CounterOptions.defaults())).get())
          .isEqualTo(5);
      TableInspector.inspect(second.table("shared"));
    }
  }

  @Test
  void twoInstancesOfAProcessShareATableAndOneMayCloseIt() {
    try (TableBackend second = open()) {
      Rows<Player> rows;
      try (TableBackend first = open()) {
        put(first.rows(spec(100)), "a", 1);
        rows = second.rows(spec(100));
        assertThat(rows.get("a")).isPresent();
      }
      assertThat(add(rows, "a", 1)).isEqualTo(new WriteResult.Added(2));
      put(rows, "b", 1);
      assertThat(rows.count()).isEqualTo(2);
      TableInspector.inspect(second.table("shared"));
    }
  }

  @Test
  void anotherSchemaOrAnotherNumberOfCountersIsRefusedWithBothSides() {
    try (TableBackend first = open()) {
      first.rows(spec(100));
      first.counters().counter(new CounterSpec("c", CounterOptions.defaults()));
    }
    try (TableBackend second = open(200)) {
      assertThatThrownBy(() -> second.rows(spec(200)))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("capacity=100")
          .hasMessageContaining("capacity=200");
      assertThatThrownBy(
              () -> second.counters().counter(new CounterSpec("c", CounterOptions.defaults())))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("100 counters")
          .hasMessageContaining("200 counters");
      assertThat(second.stats().numbers()).containsEntry("memoryBytes", 0L);
    }
  }

  @Test
  void fileThatIsNoTableOfThisLayoutIsRefusedAndStays() throws IOException {
    try (TableBackend first = open()) {
      put(first.rows(spec(100)), "a", 1);
    }
    Path file = directory.resolve("store-shared");
    byte[] good = Files.readAllBytes(file);
    for (int at : List.of(0, 8, 12, 16)) {
      byte[] bad = good.clone();
      bad[at]++;
      Files.write(file, bad);
      try (TableBackend second = open()) {
        assertThatThrownBy(() -> second.rows(spec(100)))
            .as("byte %d", at)
            .isInstanceOf(SchemaException.class)
            .hasMessageContaining(file.toString());
      }
      assertThat(file).hasBinaryContent(bad);
    }
    Files.write(file, good);
    try (TableBackend second = open()) {
      assertThat(second.rows(spec(100)).get("a")).isPresent();
    }
  }

  @Test
  void fileThatNobodyClosedBeforeTheSystemWasStartedAnewIsGivenUp() throws IOException {
    try (TableBackend first = open()) {
      put(first.rows(spec(100)), "a", 1);
    }
    Path file = directory.resolve("store-shared");
    byte[] bytes = Files.readAllBytes(file);
    bytes[32]++; // another boot, but closed
    Files.write(file, bytes);
    try (TableBackend second = open()) {
      assertThat(second.rows(spec(100)).count()).isEqualTo(1);
    }
    bytes = Files.readAllBytes(file);
    bytes[32]++;
    bytes[40] = 0; // not closed
    Files.write(file, bytes);
    try (TableBackend third = open()) {
      assertThat(third.rows(spec(100)).count()).isZero();
    }
  }

  @Test
  void storeThatDoesNotFitTheDirectoryIsRefusedAndLeavesNothing() throws IOException {
    long usable = Files.getFileStore(directory).getUsableSpace();
    try (TableBackend backend =
        new TableBackend(
            new TableSettings(
                1L << 60, 100, Duration.ofSeconds(5), Optional.of(directory), 1 << 18),
            clock)) {
      assertThatThrownBy(() -> backend.rows(spec(Math.min(1 << 30, usable / 100))))
          .isInstanceOf(CapacityException.class)
          .hasMessageContaining("bytes are left there");
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
                new TableSettings(1 << 20, 1, Duration.ofSeconds(5), Optional.of(file), 1 << 18),
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
}
