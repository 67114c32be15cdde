package io.zeal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.zeal.BackendInfo;
import io.zeal.BackendUnavailableException;
import io.zeal.BulkResult;
import io.zeal.CapacityException;
import io.zeal.OperationInterruptedException;
import io.zeal.Outcome;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.spi.Operation;
import io.zeal.spi.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class OperationsTest {

  @AutoClose private final Sdk sdk = new Sdk();

  @AutoClose private final Zeal zeal = Zeal.open(sdk.config().set("zeal.backend", "table").build());

  @Test
  void eachKindOfCallIsTimedByBackendStoreAndKind() {
    Store<Player> players = zeal.store("players", Player.SCHEMA);
    players.put("a", new Player("alice", 1));
    players.put("b", new Player("bob", 1));
    assertThat(players.get("a")).isPresent();
    assertThat(players.getAll(List.of("a", "b")).failures()).isEmpty();
    zeal.counter("requests").increment();

    assertThat(sdk.timed(operation("put"))).isEqualTo(2);
    assertThat(sdk.timed(operation("get"))).isEqualTo(1);
    assertThat(sdk.timed(operation("get_all"))).isEqualTo(1);
    assertThat(sdk.timed(operation("open_store"))).isEqualTo(1);
    assertThat(sdk.timed(Map.of("db.operation.name", "counter_change"))).isEqualTo(1);
    assertThat(sdk.metric("db.client.operation.duration").map(MetricData::getUnit)).contains("s");
  }

  private static Map<String, String> operation(String name) {
    return Map.of(
        "db.system.name", "zeal.table",
        "zeal.role", "primary",
        "db.collection.name", "players",
        "db.operation.name", name);
  }

  /** In seconds: a call that took at least so long, and surely not a thousand times that. */
  @Test
  void durationsAreSeconds() {
    BackendInfo info = new BackendInfo("x", BackendInfo.Scope.PROCESS, Set.of(), Map.of());
    Recorder recorder =
        Recorder.of(
            Signals.of(sdk.telemetry()),
            new TelemetrySettings(
                true, TelemetrySettings.Which.ALL, TelemetrySettings.Which.NONE, ""),
            Subject.of(info, Role.PRIMARY));
    var _ =
        recorder
            .calls()
            .around(
                Operation.PUT,
                () -> {
                  long begin = System.nanoTime();
                  while (System.nanoTime() - begin < 20_000_000) {
                    LockSupport.parkNanos(1_000_000);
                  }
                  return true;
                });

    assertThat(sdk.metric(Recorder.DURATION).orElseThrow().getHistogramData().getPoints())
        .filteredOn(point -> "x".equals(system(point)) || "zeal.x".equals(system(point)))
        .singleElement()
        .satisfies(point -> {
          assertThat(point.getSum()).isBetween(0.02, 20.0);
          assertThat(point.getBoundaries()).startsWith(0.001, 0.005).endsWith(10.0);
        });
  }

  private static String system(PointData point) {
    return Sdk.texts(point.getAttributes()).get("db.system.name");
  }

  @Test
  void howManyAreAskedForIsAnAttributeOfTheSpan() {
    Store<Player> players = zeal.store("players", Player.SCHEMA);
    var _ = players.getAll(List.of("a", "b", "c"));

    assertThat(sdk.spans("get_all players"))
        .singleElement()
        .satisfies(span ->
            assertThat(span.getAttributes().get(AttributeKey.longKey("db.operation.batch.size")))
                .isEqualTo(3));
  }

  /** What the SDK was told of each metric is what the page says of it. */
  @Test
  void metricsAreOfTheirKind() {
    Everything.in(zeal);

    assertThat(sdk.metrics())
        .filteredOn(metric -> metric.getInstrumentationScopeInfo().getName().equals(Signals.SCOPE))
        .filteredOn(metric -> !metric.getName().equals(Recorder.DURATION))
        .isNotEmpty()
        .allSatisfy(metric -> {
          Metric known =
              Catalog.metrics().stream()
                  .filter(one -> one.name().equals(metric.getName()))
                  .findFirst()
                  .orElseThrow();
          assertThat(kind(metric)).as(metric.getName()).isEqualTo(known.kind());
        });
  }

  private static Metric.Kind kind(MetricData metric) {
    return switch (metric.getType()) {
      case LONG_SUM ->
          metric.getLongSumData().isMonotonic() ? Metric.Kind.COUNTER : Metric.Kind.UP_DOWN_COUNTER;
      case LONG_GAUGE, DOUBLE_GAUGE -> Metric.Kind.GAUGE;
      default -> throw new AssertionError(metric);
    };
  }

  @Test
  void whatFailedInDifferentWaysHasOneCode() {
    BulkResult<Player> mixed =
        new BulkResult<>(
            Map.of(),
            Map.of(
                "a", new BackendUnavailableException("x", Outcome.UNKNOWN, null),
                "b", new OperationInterruptedException("x", Outcome.UNKNOWN, null)));

    assertThat(Failure.in(mixed)).isEqualTo(new Failure("ZEAL-701", null));
    assertThat(Sdk.texts(new Failure("ZEAL-401", Outcome.NOT_SENT).with(Attributes.empty())))
        .isEqualTo(Map.of("error.type", "ZEAL-401", "zeal.outcome", "not_sent"));
  }

  @Test
  void anErrorIsTimedUnderItsCode() {
    Store<Player> one = zeal.store("one", Player.SCHEMA, StoreOptions.defaults().withCapacity(1));
    assertThatThrownBy(() -> fill(one)).isInstanceOf(CapacityException.class);

    assertThat(sdk.timed(Map.of("db.collection.name", "one", "error.type", "ZEAL-301")))
        .isEqualTo(1);
    assertThat(sdk.spans("put one"))
        .filteredOn(span -> span.getStatus().getStatusCode() == StatusCode.ERROR)
        .singleElement()
        .satisfies(span -> {
          assertThat(Sdk.text(span, "error.type")).isEqualTo("ZEAL-301");
          assertThat(span.getStatus().getDescription()).isEmpty();
          assertThat(span.getEvents()).as("an error's text names the key").isEmpty();
        });
  }

  private static void fill(Store<Player> store) {
    for (int i = 0; i < 1_000; i++) {
      store.put("key" + i, new Player("x", i));
    }
  }

  @Test
  void whatFailsOfManyIsTimedAsAFailure() {
    Store<Player> one = zeal.store("few", Player.SCHEMA, StoreOptions.defaults().withCapacity(1));
    var many = new java.util.TreeMap<String, Player>();
    for (int i = 0; i < 1_000; i++) {
      many.put("key" + i, new Player("x", i));
    }
    assertThat(one.putAll(many).failures()).isNotEmpty();

    assertThat(sdk.timed(Map.of("db.operation.name", "write_all", "error.type", "ZEAL-301")))
        .isEqualTo(1);
  }

  @Test
  void aCallInThisProcessIsNoCallToAServer() {
    zeal.store("players", Player.SCHEMA).put("a", new Player("alice", 1));
    assertThat(sdk.spans("put players"))
        .singleElement()
        .satisfies(span -> assertThat(span.getKind()).isEqualTo(SpanKind.INTERNAL));
  }

  @Test
  void aSpanBelongsToTheCallersSpan() {
    Store<Player> players = zeal.store("players", Player.SCHEMA);
    var outer = sdk.telemetry().getTracer("test").spanBuilder("request").startSpan();
    try (var _ = outer.makeCurrent()) {
      var _ = players.get("a");
    } finally {
      outer.end();
    }
    assertThat(sdk.spans("get players"))
        .singleElement()
        .satisfies(span ->
            assertThat(span.getParentSpanId()).isEqualTo(outer.getSpanContext().getSpanId()));
  }

  @Test
  void callsInThisProcessAreNoSpansUnlessAskedFor() {
    try (Sdk other = new Sdk();
        Zeal quiet =
            Zeal.open(
                other
                    .config()
                    .set("zeal.backend", "table")
                    .set("zeal.telemetry.traces", "remote")
                    .set("zeal.telemetry.operations", "remote")
                    .build())) {
      quiet.store("players", Player.SCHEMA).put("a", new Player("alice", 1));
      assertThat(other.spans()).isEmpty();
      assertThat(other.metric("db.client.operation.duration")).isEmpty();
      assertThat(other.metric("zeal.store.rows")).isPresent();
    }
  }

  @Test
  void afterTheEndNothingIsAskedAnyMore() {
    assertThat(sdk.metric("zeal.stores")).isPresent();
    zeal.close();
    assertThat(sdk.metric("zeal.stores")).isEmpty();
  }

  @Test
  void twoInstancesOfAProcessAreToldApartIfTheyAreNamed() {
    try (Zeal other =
        Zeal.open(
            sdk.config()
                .set("zeal.backend", "table")
                .set("zeal.telemetry.instance", "second")
                .build())) {
      assertThat(other.info().name()).isEqualTo("table");
      assertThat(sdk.attributes("zeal.stores"))
          .hasSize(2)
          .anySatisfy(it -> assertThat(it).containsEntry("zeal.instance", "second"));
    }
  }

  @Test
  void whatIsKnownOfAFailedWriteIsTold() {
    assertThat(Failure.of(new io.zeal.OperationInterruptedException("x", Outcome.UNKNOWN, null)))
        .isEqualTo(new Failure("ZEAL-403", Outcome.UNKNOWN));
    assertThat(Failure.of(new IllegalStateException("secret")).type())
        .isEqualTo("java.lang.IllegalStateException");
  }
}
