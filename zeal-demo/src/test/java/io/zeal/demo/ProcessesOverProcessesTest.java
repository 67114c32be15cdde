package io.zeal.demo;

import static io.zeal.demo.ProcessEndpointsTest.PROCESSES;
import static io.zeal.demo.ProcessEndpointsTest.added;
import static io.zeal.demo.ProcessEndpointsTest.awaitBoth;
import static io.zeal.demo.ProcessEndpointsTest.awaitRest;
import static io.zeal.demo.ProcessEndpointsTest.name;
import static io.zeal.demo.ProcessEndpointsTest.node;
import static io.zeal.demo.ProcessEndpointsTest.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.demo.RunningDemo.Answer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Demos as processes of their own on one table in a directory, begun at once as by hand. */
class ProcessesOverProcessesTest {

  @TempDir private Path directory;

  private DemoProcess start() throws IOException {
    return DemoProcess.start(
        directory, "zeal.backend=table", "zeal.table.directory=" + directory.resolve("table"));
  }

  @Test
  void bothAddToTheSameRowsAndOneThatEndsLeavesWhatItAdded() throws Exception {
    try (DemoProcess first = start();
        DemoProcess second = start();
        RunningDemo one = first.await();
        RunningDemo other = second.await()) {
      Answer both = awaitBoth(one);
      String ended = name(other);
      assertThat(node(both, name(one)).at("/pid").asLong()).isEqualTo(first.pid());
      assertThat(node(both, ended).at("/pid").asLong()).isEqualTo(second.pid());
      assertThat(one.get("/demo/stores").text("/stores/0/rows"))
          .as("rows of the first store, of which both made one")
          .isEqualTo("48");

      one.post(PROCESSES + "/add", "{\"millis\": 1000}");
      Answer rest = awaitRest(other);
      assertThat(added(rest, name(one))).isPositive();
      assertThat(added(rest, ended)).isPositive();

      one.post(PROCESSES + "/add", "{\"millis\": 10000}");
      one.await(PROCESSES, it -> added(it, ended) > added(rest, ended));
      second.stop();
      one.await(PROCESSES, it -> state(it, ended).equals("ENDED"));
      one.post(PROCESSES + "/add", "{\"millis\": 1}");
      assertThat(Long.parseLong(awaitRest(one).text("/all")))
          .isGreaterThan(Long.parseLong(rest.text("/all")));
    }
  }

  @Test
  void oneThatIsKilledWhileItAddsLeavesTheRowsOneApartAtMost() throws Exception {
    try (DemoProcess first = start();
        DemoProcess second = start();
        RunningDemo one = first.await();
        RunningDemo other = second.await()) {
      awaitBoth(one);
      String killed = name(other);
      one.post(PROCESSES + "/add", "{\"millis\": 10000}");
      one.await(PROCESSES, it -> added(it, killed) > 0);
      second.kill();

      one.await(PROCESSES, it -> state(it, killed).equals("SILENT"));
      long had = added(one.get(PROCESSES), killed);
      one.post(PROCESSES + "/add", "{\"millis\": 1}");
      Answer end = awaitRest(one, it -> apart(it) == 0 || apart(it) == 1);
      assertThat(added(end, killed)).isEqualTo(had);
      assertThat(state(end, name(one))).isEqualTo("ALIVE");
    }
  }

  private static long apart(Answer answer) {
    return Long.parseLong(answer.text("/all")) - Long.parseLong(answer.text("/sum"));
  }
}
