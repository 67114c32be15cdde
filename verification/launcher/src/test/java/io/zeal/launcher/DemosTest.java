package io.zeal.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zeal.launcher.Sandbox.Running;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./zeal demo --processes} with the demo itself, as this build made it. */
class DemosTest {

  private static final Path APP =
      Path.of(System.getProperty("zeal.root", "../..")).resolve("zeal-demo/target/app");
  private static final String MISSING =
      "no demo in " + APP + ": the phase package makes it, like mvnw verify";

  private static final Pattern ADDRESS = Pattern.compile("Zeal demo on (http://\\S+) .*");
  private static final Pattern PLACE = Pattern.compile("The table is in ([^, ]+), which.*");
  private static final Pattern ADDED = Pattern.compile("\"added\":\"(\\d+)\",\"state\":\"ALIVE\"");

  @TempDir Path directory;

  @Test
  void twoDemosAnswerAndBothAddAndCtrlCEndsBoth() throws Exception {
    demoOrSkip();
    var sandbox = new Sandbox(directory);
    sandbox.maven(
        "mkdir -p zeal-demo/target; ln -s '%s' zeal-demo/target/app".formatted(APP.toRealPath()));
    sandbox.set("ZEAL_JAVA_HOME", System.getProperty("java.home"));

    try (var client = HttpClient.newHttpClient();
        var running = sandbox.start("demo", "--processes", "2", "--port", "0")) {
      var urls = Waiting.until(() -> found(running, ADDRESS), it -> it.size() == 2);
      var place = Path.of(found(running, PLACE).getFirst());
      assertThat(place).isNotEmptyDirectory();

      Waiting.until(() -> added(look(client, urls.get(0))), it -> it.size() == 2);
      assertThat(letAllAdd(client, urls.get(0))).isEqualTo(200);
      Waiting.until(
          () -> look(client, urls.get(1)),
          it ->
              it.contains("\"addingMillis\":\"0\"")
                  && it.contains("\"equal\":true")
                  && added(it).size() == 2
                  && added(it).stream().allMatch(added -> added > 0));

      running.signal(sandbox.canTrap("INT") ? "INT" : "TERM");
      var run = running.await();
      assertThat(run.stdout()).filteredOn("Zeal demo stopped."::equals).hasSize(2);
      assertThat(place).doesNotExist();
    }
    Files.delete(directory.resolve("root/zeal-demo/target/app")); // the link alone
  }

  private static void demoOrSkip() {
    boolean there = Files.isDirectory(APP);
    if (!there && Boolean.getBoolean("test.requireAll")) {
      Assertions.fail(MISSING);
    }
    assumeTrue(there, MISSING);
  }

  private static List<String> found(Running running, Pattern line) throws IOException {
    return running.said().stream()
        .map(line::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .toList();
  }

  private static String look(HttpClient client, String url) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url + "/demo/processes")).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static int letAllAdd(HttpClient client, String url) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/demo/processes/add"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"millis\": 500}"))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  private static List<Long> added(String answer) {
    return ADDED.matcher(answer).results().map(DemosTest::number).toList();
  }

  private static long number(MatchResult result) {
    return Long.parseLong(result.group(1));
  }
}
