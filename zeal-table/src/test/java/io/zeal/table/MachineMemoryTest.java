package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zeal.ConfigurationException;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.table.MachineMemory.Limit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineMemoryTest {

  @TempDir private Path root;

  @Test
  void nothingIsKnownWhereNoFileSaysIt() throws IOException {
    assertThat(MachineMemory.limit(root)).isEmpty();

    write("proc/meminfo", "MemTotal: much\n");
    write("proc/self/cgroup", "0::/job\n");
    write("sys/fs/cgroup/job/memory.max", "max\n");
    assertThat(MachineMemory.limit(root)).isEmpty();
  }

  @Test
  void machineHasWhatIsInstalled() throws IOException {
    write("proc/meminfo", "MemTotal:       24684084 kB\nMemFree:        23313584 kB\n");

    assertThat(MachineMemory.limit(root))
        .contains(new Limit(24_684_084L * 1024, "MemTotal of /proc/meminfo"));
  }

  @Test
  void leastLimitOfAllControlGroupsAboveTheProcessCounts() throws IOException {
    write("proc/meminfo", "MemTotal:       24684084 kB\n");
    write("proc/self/cgroup", "4:memory:/old\n0::/outer/inner\n");
    write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
    write("sys/fs/cgroup/outer/memory.max", "1073741824\n");
    write("sys/fs/cgroup/memory.max", "2147483648\n");

    assertThat(MachineMemory.limit(root))
        .contains(new Limit(1L << 30, "/sys/fs/cgroup/outer/memory.max"));
  }

  @Test
  void controlGroupOutOfSightIsLimitedAsTheOutermostInSight() throws IOException {
    write("proc/self/cgroup", "0::/../../elsewhere\n");
    write("sys/fs/cgroup/memory.max", "2147483648\n");

    assertThat(MachineMemory.limit(root))
        .contains(new Limit(1L << 31, "/sys/fs/cgroup/memory.max"));
  }

  @Test
  void settingOfMoreMemoryThanThereIsIsRefusedWithBothNumbers() {
    assumeTrue(
        MachineMemory.limit(Path.of("/")).isPresent(),
        "this system does not say how much memory it has");
    long bytes = MachineMemory.limit(Path.of("/")).orElseThrow().bytes();
    ZealConfig config =
        ZealConfig.builder()
            .set("zeal.backend", "table")
            .set("zeal.table.memory", Long.toString(bytes + 1))
            .build();

    assertThatThrownBy(() -> Zeal.open(config).close())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("zeal.table.memory is " + (bytes + 1) + " bytes")
        .hasMessageContaining("at most " + bytes)
        .hasMessageContaining("ZEAL-104");
  }

  @Test
  void settingOfAllTheMemoryThereIsIsTaken() {
    long bytes = MachineMemory.limit(Path.of("/")).map(Limit::bytes).orElse(1L << 30);

    try (Zeal zeal =
        Zeal.open(
            ZealConfig.builder()
                .set("zeal.backend", "table")
                .set("zeal.table.memory", Long.toString(bytes))
                .build())) {
      assertThat(zeal.info().limits()).containsEntry("memoryBytes", bytes);
    }
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
