package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Processes that share nothing but the servers. */
class SeveralProcessesTest {

  private static final long PROCESSES = 4;

  @Test
  void aHundredThousandIncrementsAreExactAndAllDifferent() throws Exception {
    String name = "hits-" + UUID.randomUUID();
    int increments = 25_000;
    int additions = 1_000;
    List<Process> processes = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(
            CountingProcess.start(
                SharedServers.addresses(SharedServers.three()), name, increments, additions));
      }
      long counted = 0;
      long added = 0;
      for (Process process : processes) {
        long[] sums = CountingProcess.sums(process);
        counted += sums[0];
        added += sums[1];
      }
      assertThat(counted).as("sum of all answers").isEqualTo(gauss(PROCESSES * increments));
      assertThat(added).as("sum of all answers").isEqualTo(gauss(PROCESSES * additions));
      try (Zeal zeal = SharedServers.openThree(ZealConfig.builder())) {
        assertThat(zeal.counter(name).get()).isEqualTo(PROCESSES * increments);
        assertThat(zeal.store(name, CountingProcess.SCHEMA).getLong("row", "hits"))
            .isEqualTo(OptionalLong.of(PROCESSES * additions));
      }
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  /** 1 + 2 + … + n, which the answers come to if each is there once. */
  private static long gauss(long n) {
    return n * (n + 1) / 2;
  }
}
