package io.zeal.benchmarks.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Setting;
import java.util.List;

/** What does it cost to be listened to? Of a call that takes next to nothing, a multiple. */
public final class HeardReadBenchmark implements Benchmark {

  private static final String WITHOUT = "Zeal table without telemetry";

  @Override
  public String area() {
    return TelemetryBenchmarks.AREA;
  }

  @Override
  public String work() {
    return "get a row, timed by an SDK";
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000, 1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.informative(WITHOUT, 5.0));
  }

  /** A span that nobody wants is one that the sampler drops. */
  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate("Zeal table, timed", setting -> Watched.by(sdk(), "none", setting)),
        new Candidate(WITHOUT, Watched::not),
        new Candidate(
            "Zeal table, timed, spans dropped", setting -> Watched.by(sdk(), "all", setting)));
  }

  private static OpenTelemetry sdk() {
    return OpenTelemetrySdk.builder()
        .setMeterProvider(
            SdkMeterProvider.builder().registerMetricReader(InMemoryMetricReader.create()).build())
        .setTracerProvider(SdkTracerProvider.builder().setSampler(Sampler.alwaysOff()).build())
        .build();
  }
}
