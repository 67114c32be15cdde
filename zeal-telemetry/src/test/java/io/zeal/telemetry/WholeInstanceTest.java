package io.zeal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.zeal.Stats;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every backend, with caches and messages, and everything called. */
class WholeInstanceTest {

  private static final List<String> BACKENDS = List.of("table", "redis", "tiered", "memcached");

  @TempDir Path directory;

  @AutoClose private final Sdk sdk = new Sdk();

  private Zeal open(String backend) {
    ZealConfig.Builder config = sdk.config();
    return Zeal.open(
        switch (backend) {
          case "table" ->
              config
                  .set("zeal.backend", "table")
                  .set("zeal.cache.files", "true")
                  .set("zeal.cache.directory", directory.toString())
                  .build();
          case "memcached" -> Servers.memcached(config).build();
          default -> Servers.redis(config, backend).build();
        });
  }

  /** A number that is new gets a metric in {@link Catalog}, or stands there as left out. */
  @ParameterizedTest
  @ValueSource(strings = {"table", "redis", "tiered", "memcached"})
  void everyNumberOfTheStatisticsIsExportedOrLeftOutOnPurpose(String backend) {
    try (Zeal zeal = open(backend)) {
      Everything.in(zeal);
      Stats stats = zeal.stats();
      assertThat(stats.parts()).containsKeys("backend", "caches");
      assertThat(Samples.of(stats))
          .isNotEmpty()
          .filteredOn(sample -> sample.metric().equals(Catalog.OTHER))
          .isEmpty();
      assertThat(PrometheusParser.parse(StatsText.prometheus(stats)))
          .hasSameSizeAs(Samples.of(stats));
      assertThat(sdk.metrics())
          .extracting(metric -> metric.getName())
          .contains("cache.gets", Recorder.DURATION)
          .as("everything that the text has")
          .containsAll(
              Samples.of(stats).stream().map(sample -> sample.metric().name()).distinct().toList())
          .doesNotContain(Catalog.OTHER.name());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"table", "redis", "tiered", "memcached"})
  void noKeyAndNoValueIsInAnythingThatIsExported(String backend) {
    try (Zeal zeal = open(backend)) {
      Everything.in(zeal);
      List<SpanData> spans = sdk.spans();
      assertThat(spans.size()).isGreaterThan(30);
      assertThat(
              Stream.of(
                  spans.stream().map(Object::toString).toList(),
                  spans.stream().map(SpanData::getName).toList(),
                  spans.stream().map(span -> span.getAttributes().asMap()).toList(),
                  spans.stream().map(SpanData::getEvents).toList(),
                  spans.stream().map(SpanData::getStatus).toList(),
                  sdk.metrics(),
                  StatsText.json(zeal.stats()),
                  StatsText.prometheus(zeal.stats())))
          .allSatisfy(all -> assertThat(all.toString()).doesNotContain(Everything.SECRET));
      assertThat(spans).allSatisfy(span -> assertThat(span.getEvents()).isEmpty());
    }
  }

  @Test
  void callsToAServerAreSpansOfAClientWithTheNamesOfTheConventions() {
    try (Zeal zeal = open("redis")) {
      zeal.store("spans", Player.SCHEMA).put("a", new Player("alice", 1));
    }
    assertThat(sdk.spans("put spans"))
        .singleElement()
        .satisfies(span -> {
          assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
          assertThat(Sdk.texts(span.getAttributes()))
              .isEqualTo(
                  Map.of(
                      "db.system.name", "redis",
                      "db.collection.name", "spans",
                      "db.operation.name", "put",
                      "zeal.role", "primary"));
        });
  }

  @Test
  void aReadThatACopyAnswersGoesToNoServer() {
    try (Zeal zeal = open("tiered")) {
      Store<Player> store = zeal.store("copies", Player.SCHEMA);
      store.put("a", new Player("alice", 1));
      Await.until(
          "a copy answers",
          () -> {
            int before = clientSpans("get copies", "read copies");
            var _ = store.get("a");
            return clientSpans("get copies", "read copies") == before;
          });
    }
    assertThat(sdk.spans("get copies"))
        .anySatisfy(span -> assertThat(span.getKind()).isEqualTo(SpanKind.INTERNAL));
    SpanData inner =
        sdk.spans("put copies").stream()
            .filter(span -> span.getKind() == SpanKind.CLIENT)
            .findFirst()
            .orElseThrow();
    assertThat(Sdk.text(inner, "zeal.role")).isEqualTo("far");
    assertThat(sdk.spans("put copies"))
        .as("the call to the server is within the application's")
        .anySatisfy(outer -> assertThat(inner.getParentSpanId()).isEqualTo(outer.getSpanId()));
    assertThat(sdk.spans()).noneMatch(span -> span.getName().startsWith("announce"));
  }

  /** zeal-resilience stands around what is remote, which here is the far level. */
  @ParameterizedTest
  @CsvSource({"redis,primary", "tiered,far", "memcached,primary"})
  void theCircuitIsExportedAsItIs(String backend, String role) {
    try (Zeal zeal = open(backend)) {
      Everything.in(zeal);
      String product = backend.equals("memcached") ? "memcached" : "redis";
      assertThat(sdk.metrics())
          .extracting(metric -> metric.getName())
          .containsAll(
              Catalog.all().get("resilience").values().stream()
                  .map(export -> export.metric().name())
                  .toList());
      assertThat(sdk.attributes("zeal.circuit.state"))
          .containsExactly(Map.of("db.system.name", product, "zeal.role", role));
      assertThat(sdk.metric("zeal.circuit.state").orElseThrow().getLongGaugeData().getPoints())
          .singleElement()
          .satisfies(point -> assertThat(point.getValue()).as("closed").isZero());
      assertThat(PrometheusParser.parse(StatsText.prometheus(zeal.stats())))
          .filteredOn(sample -> sample.name().equals("zeal_circuit_state"))
          .singleElement()
          .satisfies(sample -> assertThat(sample.value()).isEqualTo("0"));
    }
  }

  @Test
  void aTableHasNoCircuit() {
    try (Zeal zeal = open("table")) {
      Everything.in(zeal);
      assertThat(sdk.metric("zeal.circuit.state")).isEmpty();
    }
  }

  private int clientSpans(String... names) {
    return (int)
        Stream.of(names)
            .flatMap(name -> sdk.spans(name).stream())
            .filter(span -> span.getKind() == SpanKind.CLIENT)
            .count();
  }

  @Test
  void messagesAreSpansWithTheNamesOfTheConventions() {
    try (Zeal zeal = open("redis")) {
      Everything.in(zeal);
    }
    assertThat(sdk.spans("publish orders"))
        .hasSize(2)
        .allSatisfy(span -> {
          assertThat(span.getKind()).isEqualTo(SpanKind.PRODUCER);
          assertThat(Sdk.texts(span.getAttributes()))
              .containsEntry("messaging.system", "redis")
              .containsEntry("messaging.operation.name", "publish")
              .containsEntry("messaging.operation.type", "send")
              .containsEntry("messaging.destination.name", "orders");
        });
    assertThat(sdk.spans("process orders"))
        .hasSizeGreaterThanOrEqualTo(3)
        .allSatisfy(span -> {
          assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
          assertThat(Sdk.text(span, "messaging.consumer.group.name")).isEqualTo("billing");
        });
    assertThat(sdk.spans("publish")).as("channels are not named").hasSize(1);
    assertThat(sdk.spans("process")).hasSize(2);
  }

  @Test
  void connectionsAreCountedByTheirState() {
    try (Zeal zeal = open("redis")) {
      zeal.store("connections", Player.SCHEMA).put("a", new Player("alice", 1));
      Await.until(
          "nobody uses the connection any more",
          () ->
              zeal.stats().parts().get("backend").numbers().get("connectionsIdle") > 0
                  && zeal.stats().parts().get("backend").numbers().get("connectionsUsed") == 0);
      assertThat(sdk.attributes("db.client.connection.count"))
          .contains(
              Map.of(
                  "db.client.connection.pool.name", "redis",
                  "db.client.connection.state", "idle",
                  "db.system.name", "redis",
                  "zeal.role", "primary"));
    }
  }

  @Test
  void backendsThatThisTestKnowsAreAllThereAre() {
    assertThat(BACKENDS)
        .allSatisfy(name ->
            assertThat(Catalog.all().keySet())
                .anyMatch(part -> part.equals(name) || part.startsWith(name + "/")));
  }
}
