package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LiveTest {

  @AutoClose private final RunningDemo demo = new RunningDemo();

  @Test
  void showsChangesAsTheyCome() {
    HttpResponse<Stream<String>> response =
        demo.exchange(
            demo.request("/demo/live?store=players&key=tally&counter=hits"),
            HttpResponse.BodyHandlers.ofLines());
    try (Stream<String> lines = response.body()) {
      Iterator<String> events = lines.filter(line -> !line.isEmpty()).iterator();
      assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
      assertThat(events.next()).isEqualTo("data: {\"rows\":\"48\",\"counter\":\"0\"}");
      demo.post("/demo/row/increment", "{\"store\": \"players\", \"key\": \"tally\", \"by\": 7}");
      demo.post("/demo/counter/increment", "{\"name\": \"hits\", \"by\": 2}");
      String wanted = "data: {\"rows\":\"49\",\"score\":\"7\",\"counter\":\"2\"}";
      String event = events.next();
      while (!event.equals(wanted)) {
        event = events.next(); // the class's time limit ends this
      }
    }
  }

  @Test
  void aStoreThatIsNotThereIsAnOrdinaryError() {
    var answer = demo.get("/demo/live?store=nowhere&key=a&counter=b");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo("DEMO-404");
  }

  @Test
  void closingTheDemoEndsTheStream() {
    RunningDemo other = new RunningDemo();
    HttpResponse<Stream<String>> response =
        other.exchange(
            other.request("/demo/live?store=players&key=tally&counter=hits"),
            HttpResponse.BodyHandlers.ofLines());
    Iterator<String> lines = response.body().iterator();
    assertThat(lines.next()).startsWith("data:");
    other.close();
    try {
      while (lines.hasNext()) {
        lines.next();
      }
    } catch (RuntimeException e) {
      assertThat(e).hasMessageContaining("closed"); // cut off rather than ended
    }
  }
}
