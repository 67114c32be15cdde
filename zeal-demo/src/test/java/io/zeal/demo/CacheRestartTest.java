package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.demo.RunningDemo.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Demos as processes of their own, one after the other and at once, in one directory. */
class CacheRestartTest {

  private static final String MONDAY = "{\"key\": \"monday\"}";

  @TempDir private Path directory;

  @Test
  void whatOneLoadedIsThereForTheNextWhetherItWasStoppedOrKilled() throws Exception {
    String visitors;
    try (DemoProcess first = DemoProcess.start(directory);
        RunningDemo demo = first.await()) {
      assertThat(state(demo).text("/keptIn")).isEqualTo("FILES");
      assertThat(state(demo).text("/warm")).isEqualTo("0");
      visitors = demo.post("/demo/cache/get", MONDAY).text("/visitors");
      first.stop();
    }
    assertThat(directory.resolve(".cache")).isDirectory();
    try (DemoProcess second = DemoProcess.start(directory);
        RunningDemo demo = second.await()) {
      assertWarm(demo, visitors, 1);
      demo.post("/demo/cache/tags/fill", "{}");
      second.kill();
    }
    try (DemoProcess third = DemoProcess.start(directory);
        RunningDemo demo = third.await()) {
      assertWarm(demo, visitors, 7);
    }
  }

  private static void assertWarm(RunningDemo demo, String visitors, int values) {
    assertThat(state(demo).text("/warm")).isEqualTo(String.valueOf(values));
    Answer monday = demo.post("/demo/cache/get", MONDAY);
    assertThat(monday.text("/source")).isEqualTo("CACHED");
    assertThat(monday.text("/visitors")).isEqualTo(visitors);
    assertThat(monday.json().at("/loadedBefore").booleanValue()).isTrue();
    assertThat(monday.text("/stats/loads")).isEqualTo("0");
  }

  @Test
  void aSecondOneAtTheSameTimeWorksInMemoryAndShowsAFinding() throws IOException {
    try (DemoProcess first = DemoProcess.start(directory);
        RunningDemo one = first.await();
        DemoProcess second = DemoProcess.start(directory);
        RunningDemo other = second.await()) {
      assertThat(state(one).text("/keptIn")).isEqualTo("FILES");
      assertThat(state(other).text("/keptIn")).isEqualTo("MEMORY");
      assertThat(findings(one)).doesNotContain("ZEAL-F401");
      assertThat(findings(other)).contains("ZEAL-F401");

      assertThat(other.post("/demo/cache/get", MONDAY).text("/source")).isEqualTo("LOADED");
      assertThat(other.post("/demo/cache/get", MONDAY).text("/source")).isEqualTo("CACHED");
      assertThat(one.post("/demo/cache/get", MONDAY).text("/source")).isEqualTo("LOADED");
    }
  }

  private static Answer state(RunningDemo demo) {
    return demo.get("/demo/cache");
  }

  private static List<String> findings(RunningDemo demo) {
    List<String> codes = new ArrayList<>();
    demo.get("/health/store")
        .json()
        .at("/findings")
        .forEach(it -> codes.add(it.at("/code").stringValue()));
    return codes;
  }
}
