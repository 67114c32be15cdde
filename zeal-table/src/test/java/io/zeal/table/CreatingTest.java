package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.table.TableProcess.Player;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several virtual machines that open a store at once which nobody has made yet. */
class CreatingTest {

  private static final int PROCESSES = 4;
  private static final int STORES = 8;
  private static final int ADDITIONS = 500;

  @TempDir(factory = SharedMemory.class)
  Path directory;

  @Test
  void allOfThemHaveTheSameTable() throws IOException {
    List<TableProcess> processes = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(TableProcess.start(directory));
      }
      for (TableProcess process : processes) {
        process.awaitReady();
      }
      for (int store = 0; store < STORES; store++) {
        String name = "reject-64-" + store;
        tellAll(processes, "add " + name + " sum " + ADDITIONS);
        for (int i = 0; i < PROCESSES; i++) {
          assertThat(processes.get(i).ask("put " + name + " of" + i + " " + i)).isEqualTo("done");
        }
        assertThat(askAll(processes, "count " + name)).containsOnly(String.valueOf(PROCESSES + 1));
        assertThat(askAll(processes, "all " + name)).containsOnly(expected());
      }
      for (TableProcess process : processes) {
        process.begin("counter made-by-all " + ADDITIONS);
      }
      for (TableProcess process : processes) {
        assertThat(Long.parseLong(process.end())).isBetween(1L, (long) PROCESSES * ADDITIONS);
      }
      assertThat(processes.getFirst().ask("counter made-by-all 1"))
          .isEqualTo(String.valueOf(PROCESSES * ADDITIONS + 1));
    } finally {
      endAll(processes);
    }
    assertAllIsThereOnceTheyHaveEnded();
  }

  private static void tellAll(List<TableProcess> processes, String words) throws IOException {
    for (TableProcess process : processes) {
      process.begin(words);
    }
    for (TableProcess process : processes) {
      assertThat(process.end()).isEqualTo("done");
    }
  }

  private static List<String> askAll(List<TableProcess> processes, String words)
      throws IOException {
    List<String> answers = new ArrayList<>();
    for (TableProcess process : processes) {
      answers.add(process.ask(words));
    }
    return answers;
  }

  private static String expected() {
    TreeMap<String, String> rows = new TreeMap<>();
    rows.put("sum", ":" + PROCESSES * ADDITIONS);
    for (int i = 0; i < PROCESSES; i++) {
      rows.put("of" + i, "n" + i + ":" + i);
    }
    return rows.toString();
  }

  private static void endAll(List<TableProcess> processes) throws IOException {
    IOException failure = null;
    for (TableProcess process : processes) {
      try {
        process.close();
      } catch (IOException e) {
        failure = e; // the others have to end all the same
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void assertAllIsThereOnceTheyHaveEnded() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .allMatch(name -> name.startsWith("store-reject-64-") || name.startsWith("counters"))
          .noneMatch(name -> name.endsWith(".new"));
    }
    try (Zeal zeal = TableProcess.open(directory, ZealConfig.builder())) {
      for (int i = 0; i < STORES; i++) {
        Store<Player> store = TableProcess.store(zeal, "reject-64-" + i);
        assertThat(TableProcess.all(store)).isEqualTo(expected());
        assertThat(store.count()).isEqualTo(PROCESSES + 1);
      }
      assertThat(zeal.counter("made-by-all").get()).isEqualTo(PROCESSES * ADDITIONS + 1);
    }
  }
}
