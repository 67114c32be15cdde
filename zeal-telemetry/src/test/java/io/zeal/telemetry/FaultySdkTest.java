package io.zeal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import io.zeal.BackendInfo;
import io.zeal.CapacityException;
import io.zeal.Counter;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.spi.Operation;
import io.zeal.spi.Role;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Whatever an SDK throws, calls come out as they would without it. */
class FaultySdkTest {

  /** A sampler that fails, so that no span begins. */
  private static final Sampler FAILING_SAMPLER =
      new Sampler() {
        @Override
        public SamplingResult shouldSample(
            Context parent,
            String trace,
            String name,
            SpanKind kind,
            Attributes attributes,
            List<LinkData> links) {
          throw new IllegalStateException("a sampler of somebody else");
        }

        @Override
        public String getDescription() {
          return "failing";
        }
      };

  /** A processor that fails when a span ends: the call was made by then. */
  private static final SpanProcessor FAILING_AT_THE_END =
      new SpanProcessor() {
        @Override
        public void onStart(Context parent, ReadWriteSpan span) {}

        @Override
        public boolean isStartRequired() {
          return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {
          throw new IllegalStateException("a processor of somebody else");
        }

        @Override
        public boolean isEndRequired() {
          return true;
        }
      };

  /** Without one a provider hands out a tracer that does nothing. */
  private static SpanProcessor toNowhere() {
    return SimpleSpanProcessor.create(InMemorySpanExporter.create());
  }

  private static Zeal open(OpenTelemetry telemetry) {
    return Zeal.open(
        ZealConfig.builder()
            .instance(OpenTelemetry.class, telemetry)
            .set("zeal.telemetry.traces", "all")
            .set("zeal.backend", "table")
            .build());
  }

  private static void callsComeOutAsTheyAre(OpenTelemetry telemetry) {
    try (Zeal zeal = open(telemetry)) {
      Store<Player> players = zeal.store("players", Player.SCHEMA);
      players.put("a", new Player("alice", 1));
      assertThat(players.increment("a", "score", 1)).isEqualTo(2);
      assertThat(players.get("a")).contains(new Player("alice", 2));
      Counter counter = zeal.counter("requests");
      assertThat(counter.increment()).isEqualTo(1);
      Store<Player> one = zeal.store("one", Player.SCHEMA, StoreOptions.defaults().withCapacity(1));
      assertThatExceptionOfType(CapacityException.class).isThrownBy(() -> fill(one));
      assertThat(zeal.stats().parts()).containsKey("backend");
    }
  }

  private static void fill(Store<Player> store) {
    for (int i = 0; i < 1_000; i++) {
      store.put("key" + i, new Player("x", i));
    }
  }

  @Test
  void aSpanThatCannotBegin() {
    try (OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setSampler(FAILING_SAMPLER)
                    .addSpanProcessor(toNowhere())
                    .build())
            .build()) {
      callsComeOutAsTheyAre(sdk);
    }
  }

  @Test
  void aSpanThatCannotEnd() {
    try (OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder().addSpanProcessor(FAILING_AT_THE_END).build())
            .build()) {
      callsComeOutAsTheyAre(sdk);
    }
  }

  @Test
  void anSdkOfWhichNothingWorks() {
    callsComeOutAsTheyAre(
        (OpenTelemetry)
            Proxy.newProxyInstance(
                FaultySdkTest.class.getClassLoader(),
                new Class<?>[] {OpenTelemetry.class},
                (proxy, method, arguments) -> {
                  throw new IllegalStateException("an SDK of somebody else");
                }));
  }

  @Test
  void aDurationThatIsNotTaken() {
    DoubleHistogram failing =
        (DoubleHistogram)
            Proxy.newProxyInstance(
                FaultySdkTest.class.getClassLoader(),
                new Class<?>[] {DoubleHistogram.class},
                (proxy, method, arguments) -> {
                  throw new IllegalStateException("a histogram of somebody else");
                });

    assertThat(calls(failing).<Integer>around(Operation.PUT, () -> 7)).isEqualTo(7);
    assertThatThrownBy(() ->
            calls(failing)
                .around(
                    Operation.PUT,
                    () -> {
                      throw new UnsupportedOperationException("the backend's own");
                    }))
        .hasMessage("the backend's own");
  }

  private static Calls calls(DoubleHistogram durations) {
    BackendInfo info =
        new BackendInfo("x", BackendInfo.Scope.PROCESS, java.util.Set.of(), java.util.Map.of());
    return new Recorder(Subject.of(info, Role.PRIMARY), durations, null).calls();
  }

  /** As code in Kotlin or Scala may. */
  @Test
  void anErrorThatNobodyDeclaredIsRecordedToo() {
    try (Sdk sdk = new Sdk()) {
      Recorder recorder =
          Recorder.of(
              Signals.of(sdk.telemetry()),
              new TelemetrySettings(
                  true, TelemetrySettings.Which.ALL, TelemetrySettings.Which.ALL, ""),
              Subject.of(
                  new BackendInfo(
                      "x", BackendInfo.Scope.PROCESS, java.util.Set.of(), java.util.Map.of()),
                  Role.PRIMARY));
      Supplier<Integer> sneaky =
          () -> {
            throw FaultySdkTest.<RuntimeException>undeclared(new IOException("secret"));
          };

      assertThatThrownBy(() -> recorder.calls().around(Operation.PUT, sneaky))
          .isInstanceOf(IOException.class);

      assertThat(sdk.timed(java.util.Map.of("error.type", "java.io.IOException"))).isEqualTo(1);
      assertThat(sdk.spans("put")).hasSize(1);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // that is the trick
  private static <E extends Throwable> E undeclared(Throwable error) throws E {
    throw (E) error;
  }

  // Half of an SDK

  @Test
  void whereNobodyTakesMetricsNothingIsTimed() {
    try (OpenTelemetrySdk tracesAlone =
            OpenTelemetrySdk.builder()
                .setTracerProvider(
                    SdkTracerProvider.builder().addSpanProcessor(toNowhere()).build())
                .build();
        OpenTelemetrySdk metricsAlone =
            OpenTelemetrySdk.builder()
                .setMeterProvider(
                    SdkMeterProvider.builder()
                        .registerMetricReader(InMemoryMetricReader.create())
                        .build())
                .build()) {
      assertThat(Signals.of(tracesAlone).metered()).isFalse();
      assertThat(Signals.of(tracesAlone).traced()).isTrue();
      assertThat(Signals.of(metricsAlone).metered()).isTrue();
      assertThat(Signals.of(metricsAlone).traced()).isFalse();
    }
  }
}
