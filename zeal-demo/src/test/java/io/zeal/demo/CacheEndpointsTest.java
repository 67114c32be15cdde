package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.ZealConfig;
import io.zeal.demo.RunningDemo.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class CacheEndpointsTest {

  @TempDir private Path directory;

  private RunningDemo demo;

  @BeforeEach
  void start() {
    demo = new RunningDemo(inFiles(directory));
  }

  @AfterEach
  void stop() {
    demo.close();
  }

  static ZealConfig.Builder inFiles(Path directory) {
    return ZealConfig.builder()
        .set("zeal.backend", "table")
        .set("zeal.cache.files", "true")
        .set("zeal.cache.directory", directory.resolve("cache").toString());
  }

  @Test
  void theFirstCallLoadsAndTheNextIsAHit() {
    Answer first = get("monday");
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.text("/source")).isEqualTo("LOADED");
    assertThat(first.text("/explain")).startsWith("in memory, expires in PT");

    Answer second = get("monday");
    assertThat(second.text("/source")).isEqualTo("CACHED");
    assertThat(second.text("/visitors")).isEqualTo(first.text("/visitors"));
    assertThat(second.json().at("/loadedHere").booleanValue()).isTrue();
    assertThat(second.text("/stats/loads")).isEqualTo("1");
    assertThat(second.text("/stats/hitsMemory")).isEqualTo("1");
  }

  @Test
  void aThousandCallersOfAMissingKeyMakeOneLoad() {
    Answer run = demo.post("/demo/cache/stampede", "{\"callers\": 1000}");
    assertThat(run.status()).isEqualTo(200);
    assertThat(run.text("/served")).isEqualTo("1000");
    assertThat(run.text("/loads")).isEqualTo("1");
    assertThat(run.text("/values")).isEqualTo("1");
    assertThat(state().text("/stats/loads")).isEqualTo("1");
    assertThat(state().text("/stats/entriesInFiles")).as("what a stampede leaves").isEqualTo("0");
  }

  @Test
  void aStampedeIsLoadedAnewEachTime() {
    demo.post("/demo/cache/stampede", "{\"callers\": 2}");
    assertThat(demo.post("/demo/cache/stampede", "{\"callers\": 2}").text("/loads")).isEqualTo("1");
  }

  @Test
  void whileTheLoaderFailsAStaleValueIsServedAndSaysSo() {
    Answer loaded = get("monday");
    assertThat(change("expire", "monday").json().at("/done").booleanValue()).isTrue();

    Answer stale = getWithFailingLoader("monday");
    assertThat(stale.status()).isEqualTo(200);
    assertThat(stale.text("/source")).isEqualTo("STALE");
    assertThat(stale.json().at("/tried").booleanValue()).isTrue();
    assertThat(stale.text("/visitors")).isEqualTo(loaded.text("/visitors"));
    assertThat(stale.text("/explain")).contains("stale for");
    assertThat(stale.text("/stats/loadFailures")).isEqualTo("1");
    assertThat(stale.text("/stats/staleServed")).isEqualTo("1");
  }

  @Test
  void whileTheLoaderFailsAFreshValueIsAHit() {
    get("monday");
    assertThat(getWithFailingLoader("monday").text("/source")).isEqualTo("CACHED");
  }

  @Test
  void aFailingLoaderIsAnErrorWhereNothingStaleIsThereAndIsNotCached() {
    Answer nothing = getWithFailingLoader("monday");
    assertThat(nothing.status()).isEqualTo(502);
    assertThat(nothing.code()).isEqualTo("ZEAL-602");

    get("monday");
    change("remove", "monday");
    assertThat(getWithFailingLoader("monday").status()).as("once it is removed").isEqualTo(502);
    assertThat(get("monday").text("/source")).isEqualTo("LOADED");
  }

  @Test
  void removingATagRemovesWhatHasItAndNothingElse() {
    assertThat(there(fillTagged()))
        .containsExactly(
            "red-circle",
            "red-square",
            "green-circle",
            "green-square",
            "blue-circle",
            "blue-square");
    get("monday");

    assertThat(there(removeTag("red")))
        .containsExactly("green-circle", "green-square", "blue-circle", "blue-square");
    assertThat(there(removeTag("circle"))).containsExactly("green-square", "blue-square");
    assertThat(there(state())).containsExactly("green-square", "blue-square");
    assertThat(get("monday").text("/source")).isEqualTo("CACHED");
  }

  @Test
  void aRestartIsStillWarm() {
    assertThat(state().text("/warm")).isEqualTo("0");
    String visitors = get("monday").text("/visitors");
    get("tuesday");
    change("remove", "tuesday");
    fillTagged();
    removeTag("red");

    demo.close();
    demo = new RunningDemo(inFiles(directory));

    assertThat(state().text("/keptIn")).isEqualTo("FILES");
    assertThat(state().text("/warm")).isEqualTo("5");
    Answer monday = get("monday");
    assertThat(monday.text("/source")).isEqualTo("CACHED");
    assertThat(monday.text("/visitors")).isEqualTo(visitors);
    assertThat(monday.json().at("/loadedHere").booleanValue()).isFalse();
    assertThat(monday.json().at("/loadedBefore").booleanValue()).isTrue();
    assertThat(monday.text("/stats/loads")).isEqualTo("0");
    assertThat(there(state()))
        .containsExactly("green-circle", "green-square", "blue-circle", "blue-square");
  }

  @Test
  void withoutFilesARestartBeginsColdAndSaysSo() {
    try (RunningDemo memory = new RunningDemo()) {
      assertThat(memory.get("/demo/cache").text("/keptIn")).isEqualTo("MEMORY");
      assertThat(memory.get("/demo/cache").text("/warm")).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "get           | {'key': 'someday'}                      | monday",
        "get           | {'key': 1}                              | key",
        "get           | {}                                      | key",
        "get           | {'key': 'monday', 'loaderFails': 'yes'} | loaderFails",
        "get           | {'key': 'monday', 'loader': true}       | loader",
        "expire        | {'key': 'red-circle'}                   | monday",
        "remove        | {'key': ''}                             | monday",
        "tags/remove   | {'tag': 'yellow'}                       | red",
        "tags/fill     | {'tag': 'red'}                          | tag",
      },
      quoteCharacter = '"')
  void whatIsNotKnownIsRefusedWithWhatIs(String path, String body, String named) {
    Answer answer = demo.post("/demo/cache/" + path, body.replace('\'', '"'));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains(named);
    assertThat(state().text("/stats/entriesInFiles")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1001, Integer.MAX_VALUE})
  void aStampedeHasBounds(int callers) {
    Answer answer = demo.post("/demo/cache/stampede", "{\"callers\": " + callers + "}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains("1 to 1000");
  }

  private Answer state() {
    return demo.get("/demo/cache");
  }

  private Answer get(String key) {
    return demo.post("/demo/cache/get", "{\"key\": \"" + key + "\"}");
  }

  private Answer getWithFailingLoader(String key) {
    return demo.post("/demo/cache/get", "{\"key\": \"" + key + "\", \"loaderFails\": true}");
  }

  private Answer change(String what, String key) {
    return demo.post("/demo/cache/" + what, "{\"key\": \"" + key + "\"}");
  }

  private Answer fillTagged() {
    return demo.post("/demo/cache/tags/fill", "{}");
  }

  private Answer removeTag(String tag) {
    return demo.post("/demo/cache/tags/remove", "{\"tag\": \"" + tag + "\"}");
  }

  /** The tagged entries that are there. */
  private static List<String> there(Answer answer) {
    List<String> keys = new ArrayList<>();
    for (JsonNode entry : answer.json().at("/tagged")) {
      if (entry.at("/there").booleanValue()) {
        keys.add(entry.at("/key").stringValue());
      }
    }
    return keys;
  }
}
