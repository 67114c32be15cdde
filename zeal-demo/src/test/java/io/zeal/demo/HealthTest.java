package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Capability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class HealthTest {

  @AutoClose private final RunningDemo demo = new RunningDemo();

  @Test
  void namesTheBackendAndEveryCapabilityOnce() {
    var answer = demo.get("/health/store");
    List<String> names = new ArrayList<>();
    answer.json().at("/backend/capabilities").forEach(name -> names.add(name.stringValue()));
    answer.json().at("/backend/missing").forEach(name -> names.add(name.stringValue()));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("/status")).isEqualTo("up");
    assertThat(answer.text("/backend/name")).isEqualTo("table");
    assertThat(answer.text("/backend/scope")).isEqualTo("PROCESS");
    assertThat(names)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Capability.values()).map(Enum::name).toList());
  }

  @Test
  void showsStatisticsAndFindings() {
    var answer = demo.get("/health/store");
    assertThat(answer.json().at("/stats/name").isString()).isTrue();
    assertThat(answer.json().at("/stats/parts")).isNotEmpty();
    assertThat(answer.json().at("/findings").isArray()).isTrue();
  }

  @Test
  void metricsAreWhatPrometheusReads() {
    demo.get("/demo/store-roundtrip");
    var answer = demo.exchange(demo.request("/metrics").GET());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.body()).endsWith("\n");
    assertThat(answer.body().lines())
        .contains("# TYPE zeal_stores gauge")
        .anyMatch(line -> line.startsWith("zeal_store_rows{db_collection_name="))
        .allMatch(line ->
            line.matches("# (HELP|TYPE) zeal_\\w+ .*|# (HELP|TYPE) (cache|messaging)_\\w+ .*")
                || line.matches("[a-z_]+(\\{.*})? [0-9.]+"));
  }

  @Test
  void aRoundTripDoesEveryStepAndLeavesNothing() {
    var answer = demo.get("/demo/store-roundtrip");
    List<String> steps = new ArrayList<>();
    answer.json().at("/steps").forEach(step -> steps.add(step.at("/step").stringValue()));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/ok").booleanValue()).isTrue();
    assertThat(answer.json().at("/steps")).allMatch(step -> step.at("/ok").booleanValue());
    assertThat(steps)
        .contains("put", "read", "patch", "increment", "compare and set", "remove", "absent after");
  }
}
