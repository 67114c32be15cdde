package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Finding;
import io.zeal.Finding.Severity;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whether there is room for the tables that processes share. A file system that is really full:
 * {@code DoctorTest} of {@code verification/launcher}.
 */
class TableRoomTest {

  @ParameterizedTest
  @CsvSource({
    "1000, 100, 900,  ''",
    "1000,  99, 900,  ZEAL-F204",
    "1000,   0, 1000, ZEAL-F204",
    "1000,  99, 99,   ''", // enough for all that may come
    "0,      0, 1000, ''", // it does not say
    "1000, 500, 1001, ZEAL-F205",
    "1000,  99, 1001, ZEAL-F204 ZEAL-F205"
  })
  void isFoundByItsNumbers(long total, long usable, long memory, String codes) {
    List<Finding> findings = new ArrayList<>();

    TableReport.inspect(
        new SharedDirectory.Room(Path.of("/dev/shm/app"), total, usable),
        new MemoryBudget(memory),
        findings);

    assertThat(String.join(" ", findings.stream().map(Finding::code).toList())).isEqualTo(codes);
    assertThat(findings)
        .allSatisfy(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.WARNING);
          assertThat(finding.found()).contains("/dev/shm/app", String.valueOf(total));
        });
  }

  @Test
  void aTableOfOneProcessHasNoDirectory(@TempDir Path directory) {
    ZealConfig.Builder config =
        ZealConfig.builder().set("zeal.backend", "table").set("zeal.table.memory", "1m");
    try (Zeal zeal = Zeal.open(config.build())) {
      assertThat(zeal.inspect()).isEmpty();
    }
    config.set("zeal.table.directory", directory.resolve("tables").toString());
    try (Zeal zeal = Zeal.open(config.build())) {
      assertThat(zeal.inspect()).extracting(Finding::code).doesNotContain("ZEAL-F205");
    }
  }
}
